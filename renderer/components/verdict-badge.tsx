import {
  FileQuestion,
  KeyRound,
  LoaderCircle,
  ShieldCheck,
  ShieldEllipsis,
  ShieldQuestion,
  ShieldX,
} from 'lucide-react';
import type { ComponentType } from 'react';
import { type VerdictWord, verdictWord } from '../model/history.ts';
import type { VerdictStanding } from '../store/app-state.ts';
import { useText } from './use-text.ts';

const shapes: Readonly<Record<VerdictWord, ComponentType<{ readonly size: number; readonly 'aria-hidden': 'true' }>>> =
  {
    proved: ShieldCheck,
    intact: ShieldCheck,
    incomplete: ShieldEllipsis,
    altered: ShieldX,
    mismatch: KeyRound,
    unreadable: FileQuestion,
    asking: LoaderCircle,
    changed: ShieldQuestion,
    unknown: ShieldQuestion,
    failed: ShieldQuestion,
  };

/** What the verifier says of a run, as shape and word; the sentence behind it is the title. */
export function VerdictBadge({ standing }: { readonly standing: VerdictStanding | 'changed' | 'unknown' }) {
  const { evidence } = useText();
  const word = verdictWord(standing);
  const Shape = shapes[word];
  return (
    <span className={`verdict-badge is-${word}`} title={evidence(`verdict-${word}-what`)}>
      <Shape size={15} aria-hidden="true" />
      {evidence(`verdict-${word}`)}
    </span>
  );
}
