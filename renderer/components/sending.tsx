import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import type { NotTaken } from '../model/not-taken.ts';
import { FailureNotice } from './failure-notice.tsx';
import { Notice } from './notice.tsx';
import { useText } from './use-text.ts';

/** How what a dialog asks main for stands. */
interface Sending {
  /** It is on its way: nothing is sent a second time. */
  readonly busy: boolean;
  /** Something that was asked for elsewhere is on its way, so nothing can be sent. */
  readonly blocked: boolean;
  /** Why it was not taken the last time; null before that, and while it is tried again. */
  readonly notTaken: NotTaken | null;
}

/** What a dialog sends with. */
interface Sender extends Sending {
  readonly send: (ask: () => Promise<NotTaken | null>) => void;
}

interface Means {
  /** Main has not answered something yet, this dialog's or another's. */
  readonly pending: boolean;
  /** It was taken, and the dialog is still there. */
  readonly onTaken: () => void;
  /** It was not taken, and the dialog that could say so is gone. */
  readonly onLate: (notTaken: NotTaken) => void;
}

/** From when on somebody who waits is told that nothing is known yet. */
export const UNANSWERED_MS = 5_000;

const SendingContext = createContext<(Sending & Pick<DialogProps, 'failed'>) | null>(null);

/** Sends what a dialog asks for, once: the dialog stays, with all that was typed, until that is taken. */
export function useSender({ pending, onTaken, onLate }: Means): Sender {
  const [busy, setBusy] = useState(false);
  const [notTaken, setNotTaken] = useState<NotTaken | null>(null);
  const under = useRef(false);
  const here = useHere();
  const latest = useRef({ onTaken, onLate });
  latest.current = { onTaken, onLate };
  const settle = (answer: NotTaken | null): void => {
    under.current = false;
    if (!here.current) {
      if (answer !== null) latest.current.onLate(answer);
      return;
    }
    setBusy(false);
    setNotTaken(answer);
    if (answer === null) latest.current.onTaken();
  };
  const blocked = pending && !busy;
  return {
    busy,
    blocked,
    notTaken,
    send: (ask) => {
      // Two presses may come before anything is drawn again.
      if (under.current || blocked) return;
      under.current = true;
      setBusy(true);
      setNotTaken(null);
      void ask().then(settle);
    },
  };
}

function useHere() {
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  return here;
}

/**
 * A value as it was when something was sent, until that is answered. What main records meanwhile changes what a dialog
 * asks about: it would turn round, or be gone, under the person's eyes.
 */
export function useStill<T>(still: boolean, value: T): T {
  const last = useRef(value);
  if (!still) last.current = value;
  return last.current;
}

interface DialogProps {
  readonly sending: Sending;
  /** What could not be done when something broke, where the app's general words are not enough. */
  readonly failed?: string;
  readonly children: ReactNode;
}

/** Lets the foot of a dialog say how its act stands. */
export function SendingDialog({ sending, children, ...words }: DialogProps) {
  return <SendingContext value={{ ...sending, ...words }}>{children}</SendingContext>;
}

/** How the act of this dialog stands; null where nothing is sent that is waited for. */
export function useSending(): Sending | null {
  return useContext(SendingContext);
}

/** Why the act of this dialog was not taken, in place. */
export function NotTakenNotice() {
  const { t, refusal } = useText();
  const { notTaken = null, failed = t('request-failed') } = useContext(SendingContext) ?? {};
  if (notTaken === null) return null;
  if (notTaken.type === 'failed') return <FailureNotice failure={notTaken.failure} title={failed} alert />;
  return (
    <Notice tone="caution" alert>
      <p>{refusal(notTaken.refusal)}</p>
    </Notice>
  );
}

/** That the answer is waited for, and after a while that nothing is known; always there, so that it is heard. */
export function SendingWords() {
  const { t } = useText();
  const { busy, blocked } = useSending() ?? { busy: false, blocked: false };
  const long = useLong(busy);
  const words = busy ? t(long ? 'sending-long' : 'sending') : blocked ? t('unanswered') : '';
  return (
    <p className="sending-words" role="status">
      {words}
    </p>
  );
}

/** True once something has gone on for longer than anybody waits without a word. */
export function useLong(going: boolean): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!going) return;
    const timer = setTimeout(() => setLong(true), UNANSWERED_MS);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [going]);
  return going && long;
}
