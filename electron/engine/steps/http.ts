import { readFile } from 'node:fs/promises';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { placeWords } from '../../../shared/http/address.ts';
import { type JudgedAnswer, judgeAnswer } from '../../../shared/http/judge.ts';
import type { HttpAction } from '../../../shared/steps/actions/http.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import type { Result } from '../ports.ts';
import { type Fetched, fetchOnce } from './http-fetch.ts';
import { answerWords, observed, requestWords, resultOf } from './http-result.ts';
import { certificatesIn } from './http-trust.ts';
import { type Outcome, outcome, type Sending, type StepContext, type StepEngine } from './step-runner.ts';

/** The engine's door of `http`: asks an address, from here or through the host, until the answer holds. */
export const httpEngine: StepEngine<HttpAction> = {
  sending: (action, { target }): Sending => ({
    hosts: action.from === 'host' ? [target] : [],
    secrets: secretsOf(action),
    sudo: null,
    command: `GET ${action.url}${action.address === null ? '' : ` (${placeWords(action.address)})`}`,
    wire: null,
    recorded: true,
  }),
  run: runHttp,
};

function secretsOf(action: HttpAction): readonly string[] {
  const names = action.headers.flatMap(({ value }) =>
    value.flatMap((part) => (typeof part === 'string' ? [] : [part.secret])),
  );
  return [...new Set(names)];
}

async function runHttp(context: StepContext, action: HttpAction): Promise<Outcome> {
  const authorities = await authoritiesOf(context, action);
  if (!authorities.ok) return outcome('failed', { effect: 'none', failure: authorities.failure });
  const record = recorder(context, action);
  const deadline = context.clock.mono() + (action.repeat?.withinMs ?? 0);
  const needed = action.repeat?.inARow ?? 1;
  let inARow = 0;
  for (let requests = 1; ; requests++) {
    const fetched = await fetchOnce(context, action, authorities.value);
    const unrecorded = await record(fetched);
    const judged = judgeFetched(context, action, fetched);
    inARow = judged?.verdict === 'passed' ? inARow + 1 : 0;
    const seen = {
      effect: 'none',
      checks: [...(judged?.checks ?? []), ...rowCheck(action, inARow)],
      result: resultOf(fetched, requests, inARow),
    } as const;
    if (unrecorded !== null) return outcome('failed', { ...seen, failure: unrecorded });
    const ended = endOf(context, action, fetched);
    if (ended !== null) return { ...ended, ...seen };
    if (inARow >= needed) return outcome('passed', seen);
    const left = deadline - context.clock.mono();
    if (action.repeat === null || left <= 0) return { ...refused(action, fetched, judged), ...seen };
    context.progress(inARow, needed, action.url);
    const slept = await context.clock.sleep(Math.min(action.repeat.everyMs, left), context.cancelled).then(
      () => true,
      () => false,
    );
    if (!slept) return outcome('failed', { ...seen, failure: failure('cancelled') });
  }
}

async function authoritiesOf(context: StepContext, { ca }: HttpAction): Promise<Result<readonly string[]>> {
  if (ca === null) return { ok: true, value: [] };
  const file = await context.frozen(ca);
  if (file === null) return { ok: false, failure: failure('http-ca-unreadable', { file: ca }) };
  try {
    const value = certificatesIn(await readFile(file.absolute, 'utf8'));
    if (value.length > 0) return { ok: true, value };
    return { ok: false, failure: failure('http-ca-unreadable', { file: ca }, 'no certificate in it') };
  } catch (error) {
    return { ok: false, failure: failure('http-ca-unreadable', { file: ca }, error) };
  }
}

/** Writes each request down: in full where the answer is not the one before, in a line where it is. */
function recorder(context: StepContext, action: HttpAction): (fetched: Fetched) => Promise<Failure | null> {
  let before = '';
  return async (fetched) => {
    const { answer, failure: problem, ms } = fetched.last;
    const words = answer === null ? `! ${problem?.code}\n` : answerWords(fetched, answer);
    const same = words.replace(/ \(\d+ ms\)/, '') === before.replace(/ \(\d+ ms\)/, '');
    const hops = fetched.redirects.map(({ status, to }) => `< ${status} → ${to}\n`).join('');
    const whole = `${requestWords(action, fetched.url)}${hops}${words}\n`;
    before = words;
    try {
      await context.output.write('stdout', Buffer.from(same ? `= ${Math.round(ms)} ms\n` : whole, 'utf8'));
      return null;
    } catch (error) {
      return failure('recording-unwritable', {}, error);
    }
  };
}

function judgeFetched(context: StepContext, action: HttpAction, fetched: Fetched): JudgedAnswer | null {
  const { answer } = fetched.last;
  return answer === null ? null : judgeAnswer(action, observed(fetched, answer), context.clock.now().getTime());
}

function rowCheck({ repeat }: HttpAction, inARow: number): readonly CheckResult[] {
  if (repeat === null || repeat.inARow === 1) return [];
  const [expected, found] = [String(repeat.inARow), String(inARow)];
  return [{ subject: 'in a row', expected, found, holds: inARow >= repeat.inARow }];
}

/** What ends the step however often it may ask: a person, or a link that is gone. */
function endOf(context: StepContext, action: HttpAction, { last }: Fetched): Outcome | null {
  if (last.failure?.code === 'cancelled') return outcome('failed', { failure: last.failure });
  if (last.failure === null || action.from === 'desk') return null;
  if (last.failure.code !== 'link-lost' && context.hosts.connection(context.target) !== null) return null;
  return outcome('unknown', { failure: failure('link-lost', { host: context.target }, last.failure.cause) });
}

function refused(action: HttpAction, { last }: Fetched, judged: JudgedAnswer | null): Outcome {
  if (last.failure !== null) return outcome('failed', { failure: last.failure });
  const seconds = String(Math.round((action.repeat?.withinMs ?? 0) / 1000));
  const problem = action.repeat === null ? null : failure('timeout', { seconds });
  return outcome(judged?.verdict === 'inconclusive' ? 'inconclusive' : 'failed', { failure: problem });
}
