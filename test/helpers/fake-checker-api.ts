import type { JournalRecord, RunEvent } from '../../shared/contract/events.ts';
import type { MirrorIntent } from '../../shared/contract/intents.ts';
import type { CheckerRequest, LinkView, SigningView } from '../../shared/contract/ipc/people.ts';
import type { Answers, CountersignApi, Pushes, PushName, RequestName, RequestOf } from '../../shared/contract/ipc.ts';
import { statementFor } from '../../shared/people/proof.ts';
import { glassStatement, waitingFor } from '../../shared/people/statements.ts';
import { consequences } from '../../shared/run/consequences.ts';
import { eventsFrom } from '../../shared/run/events-for.ts';
import { mayFrom } from '../../shared/run/people-policy.ts';
import type { RunState } from '../../shared/run/state.ts';
import { applyRecord } from '../../shared/run/transition.ts';
import { FakeCountersignApi, type FakeScript, foldEvents } from './fake-countersign-api.ts';

/** How the followed run begins. */
export interface FollowedScript {
  readonly link: Partial<LinkView>;
  /** Nothing of the run has come yet. */
  readonly empty?: boolean;
  /** Outputs are still being copied. */
  readonly incomplete?: boolean;
}

const connected: LinkView = {
  status: 'connected',
  participant: 'p1',
  role: 'checker',
  address: '10.1.0.7:41873',
  certificate: 'SHA256:Jq0vC3hTn8yY2kq7mB1xv5uWf0sZt9LrE4aGdPoN6iM',
  silentMs: 800,
  failure: null,
  bye: null,
  missingBytes: 0,
  receipted: 6,
  challengeUntil: null,
};

/** Tells texts apart; not a hash to rely on, but the screens never compute one. */
function fakeSha256(text: string): string {
  let sum = 0x811c9dc5;
  for (const char of text) sum = Math.imul(sum ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return sum.toString(16).padStart(8, '0').repeat(8);
}

/** A fake of the checker's main process: the run comes from a script, the checker's acts obey the real policy. */
export class FakeCheckerApi implements CountersignApi {
  readonly #main: FakeCountersignApi;
  readonly asked: CheckerRequest[] = [];
  readonly others: string[] = [];
  /** What the next request is refused with, as by an operator whose run has moved on. */
  refuse: Extract<Answers['mirror:intent'], { ok: false }>['refusal'] | null = null;
  #link: LinkView;
  #state: RunState | null;
  #complete: boolean;

  constructor(script: FakeScript, followed: FollowedScript) {
    this.#main = new FakeCountersignApi(script);
    this.#link = { ...connected, ...followed.link };
    this.#complete = followed.incomplete !== true;
    const start = Date.now() - script.minutesAgo * 60_000;
    const gap = (script.minutesAgo * 60_000) / Math.max(1, script.events.length);
    this.#state = followed.empty === true ? null : foldEvents(script.plan, script.events, start, gap);
  }

  subscribe<N extends PushName>(name: N, listener: (payload: Pushes[N]) => void): () => void {
    return this.#main.subscribe(name, listener);
  }

  async request<N extends RequestName>(name: N, payload: RequestOf<N>): Promise<Answers[N]> {
    if (name.startsWith('mirror:')) this.others.push(name);
    const own: { readonly [K in RequestName]?: () => Answers[K] } = {
      'mirror:link': () => ({ link: this.#link, state: this.#state, statement: this.statement() }),
      'mirror:intent': () => this.#intend((payload as RequestOf<'mirror:intent'>).intent),
      'identity:get': () => ({
        identity: {
          name: 'Zhang San',
          contact: '139 0000 0000',
          publicKey: 'A'.repeat(43).concat('='),
          fingerprint: 'SHA256:8mPq2vXw5nLr7tYb3kHc9dJf1sGz4aQe6uWi0oTxN2E',
          protection: 'keyring',
          locked: false,
        },
        keyring: true,
        card: null,
        failure: null,
      }),
      'mirror:take-over': () => {
        if (this.#state === null) throw new Error('Nothing is here.');
        return { ok: true, value: { runId: this.#state.runId, state: this.#state } };
      },
    };
    const answer = own[name];
    if (answer !== undefined) return answer() as Answers[N];
    return await this.#main.request(name, payload);
  }

  /** What would be signed now. */
  statement(): SigningView | null {
    const state = this.#state;
    const step = state?.plan.steps[state.current]?.id;
    if (state === null || step === undefined) return null;
    const mode = waitingFor(state, step);
    const statement = mode === null ? null : statementFor(state, step, mode, fakeSha256);
    return mode === null || statement === null ? null : { step, mode, statement, complete: this.#complete };
  }

  /** Something happened to the link. */
  relink(change: Partial<LinkView>, complete = this.#complete): void {
    this.#link = { ...this.#link, ...change };
    this.#complete = complete;
    this.#main.push('mirror:linked', { link: this.#link, statement: this.statement() });
  }

  /** Something happened in the run. */
  happen(event: RunEvent, by: JournalRecord['actor'] = { kind: 'operator', name: 'Li Wei' }): void {
    const state = this.#state;
    if (state === null) throw new Error('Nothing is here.');
    const seq = state.seq + 1;
    const record: JournalRecord = {
      ...event,
      seq,
      at: new Date().toISOString(),
      mono: Date.now(),
      actor: by,
      prev: state.head,
      hash: fakeSha256(`${seq} ${JSON.stringify(event)}`),
    };
    this.#state = applyRecord(state, record);
    this.#main.push('run:record', { runId: state.runId, record });
    this.relink({});
  }

  push<N extends PushName>(name: N, payload: Pushes[N]): void {
    this.#main.push(name, payload);
  }

  #intend(request: CheckerRequest): Answers['mirror:intent'] {
    this.asked.push(request);
    const { refuse } = this;
    this.refuse = null;
    if (refuse !== null) return { ok: false, refusal: refuse };
    const state = this.#state;
    const participant = this.#link.participant ?? '';
    if (state === null) return { ok: false, refusal: { code: 'link-lost', params: {} } };
    const intent = signed(request, state);
    const refusal = mayFrom(state, participant, intent);
    if (refusal !== null) return { ok: false, refusal };
    const name = state.participants.find((one) => one.participant === participant)?.name ?? participant;
    for (const event of eventsFrom(state, participant, intent)) this.happen(event, { kind: 'checker', name });
    this.#settle();
    return { ok: true };
  }

  #settle(): void {
    for (;;) {
      const events = this.#state === null ? [] : consequences(this.#state);
      if (events.length === 0) return;
      for (const event of events) this.happen(event);
    }
  }
}

/** What main adds to a request before it is sent. */
function signed(request: CheckerRequest, state: RunState): MirrorIntent {
  const signature = 'A'.repeat(86).concat('==');
  switch (request.type) {
    case 'countersign':
    case 'reject':
      return { ...request, signature };
    case 'accept-handover':
      return { ...request, head: { seq: state.seq, hash: state.head }, signature };
    case 'sign-glass':
      return { type: 'sign-glass', statement: fakeSha256(JSON.stringify(glassStatement(state))), signature };
    default:
      return request;
  }
}
