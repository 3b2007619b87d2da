import type { Exported } from '../store/app-state.ts';
import { ExportRemarks } from './export-remarks.tsx';
import { Notice } from './notice.tsx';
import { useText } from './use-text.ts';

interface Props {
  readonly exported: Exported;
  readonly onDismiss?: () => void;
}

/** Where a run was written as one file, and what whoever hands it on has to know. */
export function ExportedNotice({ exported, ...dismissing }: Props) {
  const { evidence } = useText();
  return (
    <Notice tone={exported.complete && exported.leftOut.length === 0 ? 'calm' : 'caution'} {...dismissing}>
      <p className="notice-path">{evidence('exported', { path: exported.path })}</p>
      <ExportRemarks exported={exported} />
    </Notice>
  );
}
