import {
  ArrowLeftRight,
  Bell,
  Flag,
  LockOpen,
  NotebookPen,
  Pause,
  Play,
  ShieldAlert,
  Signature,
  Unplug,
  UserX,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Glyph } from '../../components/glyph.tsx';
import type { MarkKind } from '../../model/replay.ts';

const drawing = { size: 13, strokeWidth: 2.25, 'aria-hidden': true } as const;

/** Shapes of what stands on the time line; the states of steps keep theirs. */
const shapes: Readonly<Record<MarkKind, ReactNode>> = {
  started: <Play {...drawing} />,
  ended: <Flag {...drawing} />,
  step: <span className="replay-tick" />,
  passed: <Glyph standing="sensed" />,
  failed: <Glyph standing="failed" />,
  inconclusive: <Glyph standing="inconclusive" />,
  unknown: <Glyph standing="unknown" />,
  decision: <Glyph standing="overridden" />,
  signed: <Signature {...drawing} />,
  rejected: <Glyph standing="failed" />,
  interruption: <Bell {...drawing} />,
  held: <Pause {...drawing} />,
  continued: <Play {...drawing} />,
  gap: <LockOpen {...drawing} />,
  glass: <ShieldAlert {...drawing} />,
  handover: <ArrowLeftRight {...drawing} />,
  host: <Unplug {...drawing} />,
  gone: <UserX {...drawing} />,
  rollback: <Glyph standing="undone" />,
  afterwards: <NotebookPen {...drawing} />,
};

/** The shape of a mark; its word stands beside it or is read out. */
export function MarkGlyph({ kind }: { readonly kind: MarkKind }) {
  return <>{shapes[kind]}</>;
}
