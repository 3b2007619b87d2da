import { useState } from 'react';
import { Notice } from '../../components/notice.tsx';
import { useText } from '../../components/use-text.ts';
import type { OpenRun } from '../../store/app-state.ts';

/** The run came to this window from another machine: said until it is read. */
export function PenNotice({ run: { state, live } }: { readonly run: OpenRun }) {
  const { checker } = useText();
  const [read, setRead] = useState(false);
  const pen = state.pens.at(-1);
  const session = state.sessions.at(-1);
  // An older session of this machine has had its notice.
  if (pen === undefined || session === undefined || !live || read || pen.at < session.openedAt) return null;
  const before = state.sessions.at(-2);
  const name = before?.identity?.name ?? before?.person ?? '';
  return (
    <Notice tone={pen.how === 'takeover' ? 'caution' : 'calm'} onDismiss={() => setRead(true)}>
      <p className="notice-title">{checker('pen-here-title')}</p>
      <p>{checker(`pen-here-${pen.how}`, { name, seq: pen.from.seq })}</p>
    </Notice>
  );
}
