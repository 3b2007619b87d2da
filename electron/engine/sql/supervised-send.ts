import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Clock } from '../ports.ts';
import type { SendEnd, SqlSession, StatementEnd } from './session.ts';

/**
 * Sends, and steps in when a statement takes too long or the person cancels: the server is asked over a second
 * connection to stop it, and what it then says is the truth. A server that does not react is given up as lost. Gives
 * how it ended, and why we ended it ourselves, if we did.
 */
export async function supervisedSend(
  session: SqlSession,
  texts: readonly string[],
  {
    timeoutMs,
    clock,
    cancelled,
  }: { readonly timeoutMs: number; readonly clock: Clock; readonly cancelled: AbortSignal },
  onEnd: (index: number, end: StatementEnd) => void,
): Promise<readonly [SendEnd, Failure | null]> {
  let stop: Failure | null = null;
  let timer = new AbortController();
  let giveUp: (end: SendEnd) => void = () => {};
  const givenUp = new Promise<SendEnd>((resolve) => {
    giveUp = resolve;
  });
  const interrupt = (reason: Failure): void => {
    if (stop !== null) return;
    stop = reason;
    void session.interrupt();
    clock
      .sleep(2 * limits.cancelGraceMs, timer.signal)
      .then(() => giveUp({ type: 'lost', message: 'the server did not stop it in time' }))
      .catch(() => {});
  };
  const arm = (): void => {
    timer.abort();
    timer = new AbortController();
    clock
      .sleep(timeoutMs, timer.signal)
      .then(() => interrupt(failure('timeout', { seconds: String(Math.round(timeoutMs / 1_000)) })))
      .catch(() => {});
  };
  const onCancel = (): void => interrupt(failure('cancelled'));
  cancelled.addEventListener('abort', onCancel, { once: true });
  arm();
  const sending = session.send(texts, (index, end) => {
    if (stop === null) arm();
    onEnd(index, end);
  });
  const end = await Promise.race([sending, givenUp]);
  timer.abort();
  cancelled.removeEventListener('abort', onCancel);
  return [end, stop];
}
