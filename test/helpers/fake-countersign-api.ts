import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import type { JournalRecord, RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Intent } from '../../shared/contract/intents.ts';
import type { DisplayView, LockView } from '../../shared/contract/ipc/lock.ts';
import type { Settings } from '../../shared/contract/ipc/settings.ts';
import type { Answers, CountersignApi, Pushes, PushName, RequestName, RequestOf } from '../../shared/contract/ipc.ts';
import type { PreflightCheck, WayOut } from '../../shared/contract/lockdown.ts';
import { consequences } from '../../shared/run/consequences.ts';
import { eventsFor } from '../../shared/run/events-for.ts';
import { lockdownWanted } from '../../shared/run/lockdown.ts';
import { may } from '../../shared/run/policy.ts';
import type { RunState } from '../../shared/run/state.ts';
import { applyRecord, startState } from '../../shared/run/transition.ts';
import type { FollowedScript } from './fake-checker-api.ts';
import { evidenceAnswers, type FakeAnswers } from './fake-evidence.ts';

/** What a picture or a test wants the fake to begin with. */
export interface FakeScript {
  readonly language: 'en' | 'zh';
  readonly theme: 'light' | 'dark';
  readonly plan: Plan;
  readonly home: Answers['home:list'];
  /** Events folded before the run is opened. */
  readonly events: readonly RunEvent[];
  readonly output: readonly string[];
  /** Minutes ago that the run began. */
  readonly minutesAgo: number;
  /** What earlier runs have to say before the start. */
  readonly before?: Pick<Extract<Answers['preflight:open'], { ok: true }>, 'rehearsal' | 'unexplained'>;
  /** Both sides of every file that changed on disk. */
  readonly redline?: Answers['run:redline'];
  /** How far a running attempt is, told once the run is open. */
  readonly progress?: Pushes['run:progress'];
  /** The person of this installation, and whom they know. */
  readonly identity?: Answers['identity:get'];
  readonly people?: Answers['people:list'];
  /** Who follows the open run, and what opening it to others or following somebody's answers. */
  readonly mirror?: Answers['mirror:get'];
  readonly opening?: Answers['mirror:open'];
  readonly joining?: Answers['mirror:join'];
  /** What preflight senses, by item; and the displays and the lock as they stand. */
  readonly checks?: readonly PreflightCheck[];
  readonly displays?: readonly DisplayView[];
  readonly lock?: LockView | undefined;
  /** A way out that is refused once the run is open. */
  readonly refusedWay?: WayOut;
  /** Somebody else's run is followed; `FakeCheckerApi` plays it. */
  readonly followed?: FollowedScript;
  /** Answers that are given instead of the fake's own. */
  readonly answers?: FakeAnswers;
}

const zeros = '0'.repeat(64);
/** Nobody else is there, and nobody has a key, unless a script says so. */
const absent = { ok: false, failure: failure('identity-missing', {}, null) } as const;

/** Folds events into a state as main would, each a few seconds after the other. */
export function foldEvents(plan: Plan, events: readonly RunEvent[], startMs: number, stepMs: number): RunState {
  const created: RunEvent = {
    type: 'run-created',
    data: {
      runId: '20261120-220014-k3f9',
      plan,
      files: [{ path: 'checklist/release.yaml', sha256: zeros, bytes: 1 }],
      source: '/home/wang/releases/trade-core/release.yaml',
      contentHash: '9f2c'.repeat(16),
      mode: 'app',
      rehearsal: null,
      app: { version: '0.1.0', platform: 'linux' },
    },
  };
  let state = startState(recordOf(created, 0, startMs) as Extract<JournalRecord, { type: 'run-created' }>);
  for (const [index, event] of events.entries())
    state = applyRecord(state, recordOf(event, index + 1, startMs + index * stepMs, state));
  return state;
}

/** Whose doing an event is: a participant's own words are theirs, everything else the operator's. */
function actorOf(event: RunEvent, state: RunState | null): JournalRecord['actor'] {
  const theirs: ReadonlySet<string> = new Set([
    ...['evidence-opened', 'countersigned', 'countersign-rejected', 'interruption-logged'],
    ...['hold-requested', 'handover-declined', 'handed-over', 'participant-left', 'glass-signed', 'glass-refused'],
  ]);
  const id = theirs.has(event.type) && 'participant' in event.data ? event.data.participant : null;
  const name = state?.participants.find(({ participant }) => participant === id)?.name;
  return name === undefined ? { kind: 'operator', name: 'Li Wei' } : { kind: 'checker', name };
}

function recordOf(event: RunEvent, seq: number, at: number, state: RunState | null = null): JournalRecord {
  const hash = seq.toString(16).padStart(4, '0').repeat(16);
  return {
    ...event,
    seq,
    at: new Date(at).toISOString(),
    mono: at,
    actor: actorOf(event, state),
    prev: zeros,
    hash,
  };
}

/** What the desk of the lock would record here: a lock that goes on and off as it is wanted. */
function lockEvents(state: RunState): readonly RunEvent[] {
  const locked = state.lockdown.status === 'locked';
  if (lockdownWanted(state) === locked) return [];
  const entered = { display: { width: 2_560, height: 1_440 }, displays: 1, sensed: true };
  return [locked ? { type: 'lockdown-left', data: { cause: 'held' } } : { type: 'lockdown-entered', data: entered }];
}

/**
 * A fake of the main process for looking at screens without one: it obeys the real policy and folds the real
 * transition, but runs nothing; every command "passes" after a moment. Never part of the shipped bundle.
 */
export class FakeCountersignApi implements CountersignApi {
  readonly #listeners = new Map<PushName, Set<(payload: never) => void>>();
  readonly #script: FakeScript;
  #settings: Settings;
  #state: RunState | null = null;
  #attempts = 0;
  #filed: readonly RunEvent[] = [];

  constructor(script: FakeScript) {
    this.#script = script;
    this.#settings = { language: script.language, theme: script.theme, person: 'Li Wei', recentChecklists: [] };
  }

  subscribe<N extends PushName>(name: N, listener: (payload: Pushes[N]) => void): () => void {
    const all = this.#listeners.get(name) ?? new Set();
    all.add(listener as (payload: never) => void);
    this.#listeners.set(name, all);
    return () => all.delete(listener as (payload: never) => void);
  }

  push<N extends PushName>(name: N, payload: Pushes[N]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as (value: Pushes[N]) => void)(payload);
  }

  async request<N extends RequestName>(name: N, payload: RequestOf<N>): Promise<Answers[N]> {
    const answers: { readonly [K in RequestName]: (payload: RequestOf<K>) => Answers[K] } = {
      'app:info': () => ({
        version: '0.1.0',
        runtime: 'Electron 33.4.11',
        dataDir: '/home/wang/.local/share/countersign',
        systemLanguage: this.#script.language,
        login: 'wang',
      }),
      'settings:get': () => this.#settings,
      'settings:set': (change) => {
        this.#settings = { ...this.#settings, ...(change as Partial<Settings>) };
        return this.#settings;
      },
      'home:list': () => this.#script.home,
      'checklist:open': () => null,
      'checklist:forget': () => null,
      'demo:open': () => ({ ok: true, value: this.#demo() }),
      'preflight:open': () => ({
        ok: true,
        plan: this.#script.plan,
        ...(this.#script.before ?? { rehearsal: null, unexplained: null }),
      }),
      'preflight:connect': ({ hosts }) => {
        for (const [index, host] of hosts.entries()) setTimeout(() => this.#connect(host), 60 + index * 60);
        return null;
      },
      'preflight:close': () => null,
      'preflight:check': ({ items }) => {
        const { checks = [] } = this.#script;
        for (const item of items) {
          this.push('preflight:check', { item, check: null });
          const check = checks.find((one) => one.item === item) ?? null;
          setTimeout(() => this.push('preflight:check', { item, check }), 60);
        }
        return null;
      },
      'prompt:answer': () => null,
      'run:create': (choices) => {
        const data = { when: 'start' as const, checks: [...(this.#script.checks ?? [])] };
        const checked: RunEvent = { type: 'preflight-checked', data };
        const state = this.#begin([checked]);
        const chosen = eventsFor(state, { type: 'start-run', ...choices });
        this.#state = this.#begin([checked, ...chosen]);
        queueMicrotask(() => this.#settle());
        return { ok: true, value: { runId: this.#state.runId, state: this.#state } };
      },
      'run:open': () => {
        this.#state = this.#begin([...this.#script.events, ...this.#filed]);
        const { progress, refusedWay } = this.#script;
        if (progress !== undefined) setTimeout(() => this.push('run:progress', progress), 100);
        if (refusedWay !== undefined) setTimeout(() => this.push('lock:way-refused', { way: refusedWay }), 100);
        return {
          ok: true,
          value: { runId: this.#state.runId, state: this.#state, live: this.#state.status !== 'ended' },
        };
      },
      'run:close': () => ({ ok: true }),
      'lock:displays': () => this.#script.displays ?? [],
      'lock:choose-display': ({ id }) =>
        (this.#script.displays ?? []).map((display) => ({ ...display, chosen: display.id === id })),
      'lock:get': () => this.#script.lock ?? null,
      'lock:refused': () => null,
      'run:intent': ({ intent }) => this.#intend(intent),
      'output:tail': () => ({ text: this.#script.output.join('\n'), skipped: 0 }),
      'output:read': ({ first, count }) => {
        const lines = this.#lines();
        return { ok: true, value: { lines: lines.slice(first, first + count), first, total: lines.length } };
      },
      'output:search': ({ text }) => {
        const matches = this.#lines().flatMap((line, index) => (line.includes(text) ? [index] : []));
        return { ok: true, value: { matches: matches.slice(0, 1000), truncated: matches.length > 1000 } };
      },
      'evidence:pick-file': () => ({ path: '/home/wang/approval.pdf' }),
      'report:save': () => ({ ok: true, value: { path: '/home/wang/report.pdf' } }),
      'report:show': () => ({ ok: true, value: { path: '/home/wang/.local/share/countersign/runs/x/report.pdf' } }),
      'run:redline': () => this.#script.redline ?? { frozen: null, now: null },
      'run:baseline': () => ({ ok: true, value: { path: '/home/wang/known-exceptions.yaml' } }),
      'run:analysis': ({ runId: _, ...data }) => {
        this.#filed = [...this.#filed, { type: 'analysis-filed', data }];
        return { ok: true, value: null };
      },
      'run:verify': () => ({ verdict: 'intact', records: 61, head: zeros, findings: [] }),
      'identity:get': () => this.#script.identity ?? { identity: null, keyring: true, card: null, failure: null },
      'identity:create': () => absent,
      'identity:unlock': () => absent,
      'people:list': () => this.#script.people ?? [],
      'people:pin': () => absent,
      'people:forget': () => null,
      'mirror:open': () => this.#script.opening ?? absent,
      'mirror:invite': () => this.#script.opening ?? absent,
      'mirror:close': () => null,
      'mirror:get': () => this.#script.mirror ?? null,
      'mirror:join': () => this.#script.joining ?? absent,
      'mirror:rejoin': () => this.#script.joining ?? absent,
      'mirror:leave': () => null,
      'mirror:link': () => null,
      'mirror:intent': () => ({ ok: false, refusal: { code: 'link-lost', params: {} } }),
      'mirror:awake': () => null,
      'window:attention': () => null,
      'mirror:take-over': () => absent,
      ...evidenceAnswers(() => this.#state ?? this.#begin([])),
    };
    return (this.#script.answers?.[name] ?? answers[name])(payload);
  }

  #demo() {
    const { plan } = this.#script;
    const environments = [{ name: plan.environment, production: plan.production, hosts: plan.hosts.length }];
    return {
      path: 'demo',
      title: plan.title,
      version: plan.version,
      environments,
      problems: [],
      steps: plan.steps.length,
    };
  }

  #connect(name: string): void {
    const host = this.#script.plan.hosts.find((one) => one.name === name);
    const base = { name, user: host?.user ?? 'wang', via: host?.jump == null ? [] : [host.jump] };
    if (name === 'app3') {
      const params = { host: name, address: '10.1.0.13', port: '22', user: 'tomcat' };
      this.push('preflight:host', {
        ...base,
        status: 'failed',
        address: '10.1.0.13',
        keyType: null,
        fingerprint: null,
        latencyMs: null,
        failure: failure('connection-refused', params, 'connect ECONNREFUSED 10.1.0.13:22'),
      });
      return;
    }
    this.push('preflight:host', {
      ...base,
      status: 'connected',
      address: host?.address ?? name,
      keyType: 'ssh-ed25519',
      fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrZQXV1OaU5Xl1rgNYbD8pYc',
      latencyMs: 31,
      failure: null,
    });
  }

  #lines(): readonly string[] {
    const base = this.#script.output;
    return Array.from({ length: 300_000 }, (_, index) => `${String(index)} ${base[index % base.length] ?? ''}`);
  }

  #begin(events: readonly RunEvent[]): RunState {
    const start = Date.now() - this.#script.minutesAgo * 60_000;
    const gap = events.length > 1 ? (this.#script.minutesAgo * 60_000) / events.length : 0;
    return foldEvents(this.#script.plan, events, start, gap);
  }

  /** Something happens that nobody at this screen did: another person, a host, the app itself. */
  happens(...events: readonly RunEvent[]): void {
    for (const event of events) this.#emit(event);
    this.#settle();
  }

  #emit(event: RunEvent): void {
    const state = this.#state;
    if (state === null) return;
    const record = recordOf(event, state.seq + 1, Date.now(), state);
    this.#state = applyRecord(state, record);
    this.push('run:record', { runId: state.runId, record });
  }

  #settle(): void {
    for (;;) {
      const events = this.#state === null ? [] : [...consequences(this.#state), ...lockEvents(this.#state)];
      if (events.length === 0) return;
      for (const event of events) this.#emit(event);
    }
  }

  #intend(intent: Intent): Answers['run:intent'] {
    const state = this.#state;
    if (state === null) return { ok: false, refusal: { code: 'not-started', params: {} } };
    const refusal = may(state, intent);
    if (refusal !== null) return { ok: false, refusal };
    if (intent.type === 'run-step') for (const target of intent.targets) this.#run(intent.step, target, intent.reason);
    else if (intent.type === 'confirm-manual') this.#answer(intent);
    else if (intent.type !== 'probe') for (const event of eventsFor(state, intent)) this.#emit(event);
    this.#settle();
    return { ok: true };
  }

  #run(step: string, target: string, reason: string | null): void {
    this.#attempts += 1;
    const attempt = `a${900 + this.#attempts}`;
    const plan = this.#state?.plan.steps.find(({ id }) => id === step);
    this.#emit(started(plan, attempt, target, reason));
    setTimeout(() => {
      this.push('run:output', { attempt, data: `${this.#script.output.join('\n')}\n`, skipped: 0 });
      this.#emit(ended(attempt, 'passed'));
      this.#settle();
    }, 400);
  }

  #answer(intent: Extract<Intent, { type: 'confirm-manual' }>): void {
    this.#attempts += 1;
    const attempt = `a${900 + this.#attempts}`;
    const plan = this.#state?.plan.steps.find(({ id }) => id === intent.step);
    this.#emit(started(plan, attempt, intent.target, intent.reason));
    this.#emit(ended(attempt, intent.verdict));
  }
}

/** An attempt of a step that begins; `plan` gives its command and effect. */
export function started(
  plan: PlanStep | undefined,
  attempt: string,
  target: string,
  reason: string | null = null,
): RunEvent {
  const command = plan?.action.kind === 'run' ? plan.action.command : null;
  return {
    type: 'attempt-started',
    data: {
      attempt,
      step: plan?.id ?? '',
      target,
      purpose: 'step',
      number: 1,
      effect: plan?.effect ?? 'read',
      command,
      sent: command,
      account: command === null ? null : 'tomcat',
      hostKey: null,
      recording: command === null ? null : `output/${attempt}.cast`,
      reason,
      choice: null,
      text: null,
    },
  };
}

/** The same attempt's end. */
export function ended(
  attempt: string,
  verdict: 'passed' | 'failed' | 'inconclusive' | 'unknown',
  more: Partial<Extract<RunEvent, { type: 'attempt-ended' }>['data']> = {},
): RunEvent {
  return {
    type: 'attempt-ended',
    data: {
      attempt,
      verdict,
      effect: verdict === 'passed' ? 'full' : 'unknown',
      exit: { code: 0, signal: null },
      checks: [],
      failure: null,
      recording: {
        path: `output/${attempt}.cast`,
        sha256: 'ab'.repeat(32),
        bytes: 10,
        lines: 12,
        tail: '',
        undecodable: 0,
      },
      evidence: {},
      note: null,
      result: null,
      findings: [],
      offers: [],
      durationMs: 4_200,
      ...more,
    },
  };
}
