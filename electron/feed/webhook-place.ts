import { createHash } from 'node:crypto';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { FeedSettings } from '../../shared/contract/ipc/feed.ts';
import { limits } from '../../shared/contract/limits.ts';
import { maskedUrl } from '../../shared/feed/address.ts';
import { redactText } from '../engine/output/redact-text.ts';
import type { Clock } from '../engine/ports.ts';
import { dialFromHere } from '../engine/steps/http-dial.ts';
import { exchange } from '../engine/steps/http-exchange.ts';
import { defaultPlace } from '../engine/steps/http-fetch.ts';
import type { HeaderSecret } from './header-secret.ts';
import type { Place } from './place.ts';

type Webhook = NonNullable<FeedSettings['webhook']>;
type Header = readonly [name: string, value: string];

const newline = Buffer.from('\n');

/** Refused is what will hardly go away by itself; a timeout, "too early" and "too many" do. */
function codeOf(status: number): 'feed-redirect' | 'feed-refused' | 'feed-answer' {
  if (status >= 300 && status < 400) return 'feed-redirect';
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status) ? 'feed-refused' : 'feed-answer';
}

/** An answer may repeat what it was told: the header's value, whole or word by word, is left out in every spelling. */
function withoutSecret(text: string, secret: string): string {
  return redactText(text, [secret, ...secret.split(/ +/)]);
}

/** A web address that takes batches of journal lines. A status of 2xx with a whole answer means: taken. */
export function webhookPlace(
  webhook: Webhook,
  secret: HeaderSecret,
  clock: Clock,
  timeoutMs: number = limits.feedTimeoutMs,
): Place {
  const address = webhook.url;
  const post = async (body: Buffer, headers: readonly Header[], signal: AbortSignal): Promise<Failure | null> => {
    const url = new URL(address);
    const told = webhook.header === null ? null : secret.value(webhook);
    if (told?.ok === false) return told.failure;
    const own: readonly Header[] = told === null || webhook.header === null ? [] : [[webhook.header, told.value]];
    const { answer, failure: trouble } = await exchange({
      method: 'POST',
      url,
      to: defaultPlace(url),
      headers: [['Content-Type', 'application/x-ndjson'], ...headers, ...own],
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
    const said = answer.body.toString('utf8') || answer.reason;
    const shown = told === null ? said : withoutSecret(said, told.value);
    return failure(codeOf(answer.status), params, shown.slice(0, 500) || null);
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
