import type { Exported } from '../store/app-state.ts';
import { useText } from './use-text.ts';

/** What whoever hands an exported run on has to know of it. */
export function ExportRemarks({ exported: { complete, leftOut } }: { readonly exported: Exported }) {
  const { evidence } = useText();
  return (
    <>
      {complete ? null : <p>{evidence('export-not-over')}</p>}
      {leftOut.length === 0 ? null : <p>{evidence('export-left-out', { paths: leftOut.join(', ') })}</p>}
    </>
  );
}
