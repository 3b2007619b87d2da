import { createHash } from 'node:crypto';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import { limits } from '../../shared/contract/limits.ts';
import { maskedUrl } from '../../shared/feed/address.ts';
import type { Clock } from '../engine/ports.ts';
import { dialFromHere } from '../engine/steps/http-dial.ts';
import { exchange } from '../engine/steps/http-exchange.ts';
import { defaultPlace } from '../engine/steps/http-fetch.ts';
import type { Place } from './place.ts';

type Header = readonly [name: string, value: string];

const newline = Buffer.from('\n');

/** A web address that takes batches of journal lines. A status of 2xx with a whole answer means: taken. */
export function webhookPlace(address: string, clock: Clock, timeoutMs: number = limits.feedTimeoutMs): Place {
  const post = async (body: Buffer, headers: readonly Header[], signal: AbortSignal): Promise<Failure | null> => {
    const url = new URL(address);
    const { answer, failure: trouble } = await exchange({
      method: 'POST',
      url,
      to: defaultPlace(url),
      headers: [['Content-Type', 'application/x-ndjson'], ...headers],
      body,
      authorities: [],
      timeoutMs,
      mostBytes: limits.feedAnswerBytes,
      clock,
      cancelled: signal,
      dial: dialFromHere,
    });
    if (answer === null) return trouble ?? failure('cancelled');
    if (answer.status >= 200 && answer.status < 300) return null;
    const params = { address: maskedUrl(address), status: String(answer.status) };
    const code = answer.status >= 300 && answer.status < 400 ? 'feed-redirect' : 'feed-answer';
    return failure(code, params, answer.body.toString('utf8').slice(0, 500) || answer.reason || null);
  };
  return {
    send: async ({ run, lines }, signal) => {
      const [first, last] = [lines[0], lines.at(-1)];
      if (first === undefined || last === undefined) return null;
      const range = `${run} ${first.seq} ${last.seq} ${last.hash}`;
      const headers: readonly Header[] = [
        ['Countersign-Run', run],
        ['Countersign-First', String(first.seq)],
        ['Countersign-Last', String(last.seq)],
        ['Idempotency-Key', createHash('sha256').update(range).digest('hex')],
      ];
      return await post(Buffer.concat(lines.flatMap(({ bytes }) => [bytes, newline])), headers, signal);
    },
    // Nothing is posted that could be taken for a record: an empty batch with a header of its own.
    test: (at, signal) => post(Buffer.alloc(0), [['Countersign-Test', at]], signal),
  };
}
