import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { RunState } from '../../../shared/run/state.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { newlyWaiting, type Waiting, waitsForChecker } from '../../model/checker/waits.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { useApp } from '../../store/use-app.ts';
import { roleWord } from './names.ts';
import { ring } from './ring.ts';

interface Heard {
  readonly number: number;
  readonly words: string;
  readonly urgent: boolean;
}

/**
 * Whatever newly waits for whoever follows rings once, is heard, and is counted in the window's title until it is
 * dealt with. Returns the live regions.
 */
export function useWaits(followed: Followed | null, state: RunState | null): ReactNode {
  const text = useText();
  const [heard, setHeard] = useState<Heard>({ number: 0, words: '', urgent: false });
  const before = useRef<readonly Waiting[]>([]);
  const waits = followed === null ? [] : waitsForChecker(state, followed.link);
  const now = useRef({ waits, text });
  now.current = { waits, text };
  const keys = waits.map(({ key }) => key).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the keys tell one set of occasions from another.
  useEffect(() => {
    const { waits: all, text: say } = now.current;
    const [first] = newlyWaiting(before.current, all);
    const back = before.current.some(({ kind }) => kind === 'lost') && !all.some(({ kind }) => kind === 'lost');
    before.current = all;
    if (first !== undefined) {
      ring(first.kind === 'altered');
      setHeard((last) => ({ number: last.number + 1, words: heardWords(first, say), urgent: isUrgent(first) }));
    } else if (back) {
      setHeard((last) => ({ number: last.number + 1, words: say.checker('hear-back'), urgent: false }));
    }
  }, [keys]);
  useTitle(followed, state, waits.length);
  useBadge(waits.length);
  return (
    <>
      <div className="visually-hidden" aria-live="polite" role="status">
        {heard.urgent ? '' : <span key={heard.number}>{heard.words}</span>}
      </div>
      <div className="visually-hidden" aria-live="assertive" role="alert">
        {heard.urgent ? <span key={heard.number}>{heard.words}</span> : ''}
      </div>
    </>
  );
}

const urgent: ReadonlySet<Waiting['kind']> = new Set(['lost', 'altered', 'challenge', 'glass']);
const isUrgent = ({ kind }: Waiting): boolean => urgent.has(kind);

function heardWords({ kind, step }: Waiting, { checker }: Text): string {
  return checker(`hear-${kind}`, step === null ? {} : { code: step.code, title: step.title });
}

/** The taskbar counts what waits; leaving the screen clears it. */
function useBadge(count: number): void {
  const { api } = useApp();
  useEffect(() => {
    // The badge is a courtesy: what waits is on the screen in any case.
    const show = (waiting: number): void => void api.request('window:attention', { count: waiting }).catch(() => {});
    show(Math.min(count, 999));
    return () => show(0);
  }, [api, count]);
}

/** The taskbar says the role, the environment, and how much waits. */
function useTitle(followed: Followed | null, state: RunState | null, waiting: number): void {
  const text = useText();
  const role = followed === null ? '' : roleWord(followed.link, text);
  const plan = state?.plan ?? null;
  useEffect(() => {
    if (role === '') return;
    const parts = [role, ...(plan === null ? [] : [plan.environment, plan.title]), 'Countersign'];
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${parts.join(' · ')}`;
  }, [role, plan, waiting]);
}
