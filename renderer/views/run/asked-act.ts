import { assertNever } from '../../../shared/assert-never.ts';
import { actionFor, stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { Judgement } from '../../../shared/contract/events.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import type { PreflightItem } from '../../../shared/contract/lockdown.ts';
import { waitingFor } from '../../../shared/people/statements.ts';
import { failedHosts } from '../../../shared/run/policy.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { beyondWords, checkWords } from '../../components/check-words.ts';
import type { ReasonAnswer, Wanted } from '../../components/reason-dialog.tsx';
import { placeOf, targetName } from '../../components/target-name.ts';
import type { Text } from '../../components/use-text.ts';
import { emptyDraft } from '../../model/evidence.ts';
import { offerText, offerWords } from '../../model/offers.ts';
import { thingOf } from '../../steps/index.tsx';
import type { OpenRun } from '../../store/app-state.ts';
import type { PeopleAct } from '../people/people-act.tsx';

interface Place {
  readonly step: string;
  readonly target: string;
}

/** An act that needs a reason, and perhaps an owner, before it can be sent. */
export type ReasonedAct =
  | { readonly type: 'abandon' }
  | { readonly type: 'decide-check'; readonly item: PreflightItem }
  | { readonly type: 'waive'; readonly step: string }
  | ({
      readonly type:
        | 'run-again'
        | 'defer'
        | 'override'
        | 'fail'
        | 'was-done'
        | 'was-not-done'
        | 'exclude'
        | 'declare-failed';
    } & Place)
  | ({ readonly type: 'offer'; readonly choice: string } & Place)
  | ({ readonly type: 'confirm-again'; readonly intent: Extract<Intent, { type: 'confirm-manual' }> } & Place);

/** An act that needs a person's words before it can be sent. */
export type AskedAct =
  | ReasonedAct
  | PeopleAct
  | { readonly type: 'hold' }
  | ({ readonly type: 'note' } & Place)
  | ({ readonly type: 'decide' } & Place)
  | ({ readonly type: 'approve' } & Place)
  | ({ readonly type: 'judge'; readonly finding: string; readonly judgement: Judgement | null } & Place)
  | { readonly type: 'accept-no-return'; readonly step: string }
  | ({ readonly type: 'paper' } & Place);

/** What a dialog says of an act. */
export interface ActWords {
  readonly title: string;
  readonly consequence: string;
  readonly submit: string;
}

const dangerous: ReadonlySet<ReasonedAct['type']> = new Set([
  'abandon',
  'override',
  'run-again',
  'offer',
  'exclude',
  'declare-failed',
]);

/** True where what the act does to the run or to a host cannot simply be taken back. */
export function isDangerous(act: ReasonedAct): boolean {
  return dangerous.has(act.type);
}

/** What has to be given for an act besides its reason. */
export function wantedFor({ type }: ReasonedAct): Wanted {
  if (type === 'defer') return 'reason-owner-due';
  return type === 'override' ? 'reason-and-owner' : 'reason';
}

/** Names the act, the thing it is about, and what follows from it. */
export function wordsOf({ state }: OpenRun, act: ReasonedAct, text: Text): ActWords {
  const { t } = text;
  const target = 'target' in act ? targetName(text, act.target) : '';
  const place = 'target' in act ? placeOf(text, [act.target]) : '';
  const step = 'step' in act ? state.plan.steps[stepIndex(state.plan, act.step)] : undefined;
  const params = { place, target, step: step?.title ?? '', environment: state.plan.environment };
  if (act.type === 'offer') {
    const thing = step === undefined ? '' : thingOf(step, actionFor(step, act.target));
    const submit = offerWords(act.choice, { ...params, thing }, t);
    const more = offerText(act.choice, { ...params, thing }, t);
    return { title: t('offer-title', { act: submit }), consequence: [more, t('offer-text')].join(' ').trim(), submit };
  }
  if (act.type === 'decide-check') return checkActWords(state, act.item, text);
  if (act.type === 'waive' && waitingFor(state, act.step) === 'before') return waiveBeforeWords(params, text);
  if (act.type === 'exclude' || act.type === 'declare-failed') return outWords(state, act.type, act.target, text);
  return {
    title: t(`${act.type}-title`, params),
    consequence: t(`${act.type}-text`, params),
    submit: t(`${act.type}-submit`, params),
  };
}

/** Going on although something was found names what that is, and what it was when somebody went past less of it. */
function checkActWords({ lockdown }: RunState, item: PreflightItem, text: Text): ActWords {
  const check = lockdown.checks.find((one) => one.item === item);
  const what = check === undefined ? [] : [checkWords(check, text).what, beyondWords(check, lockdown, text)];
  return {
    title: text.lockdown('decide-title'),
    consequence: text.lockdown('decide-text', { what: what.filter((one) => one !== null).join(' ') }),
    submit: text.lockdown('decide-submit'),
  };
}

/** Without the yes that was asked for: the step may then run, which is another thing than letting it count. */
function waiveBeforeWords(params: { readonly step: string }, { people }: Text): ActWords {
  return {
    title: people('waive-before-title'),
    consequence: people('waive-before-text', params),
    submit: people('waive-before-submit'),
  };
}

/** Taking a host out: how much of the run passes it by, and what that does to the failure ceiling. */
function outWords(state: RunState, type: 'exclude' | 'declare-failed', target: string, text: Text): ActWords {
  const { t } = text;
  const params = { target: targetName(text, target), count: stepsToCome(state, target) };
  const ceiling = state.plan.steps[state.current]?.batch?.ceiling ?? null;
  const failed = new Set([...failedHosts(state), target]).size;
  const more =
    type === 'declare-failed' && ceiling !== null ? ` ${t('declare-failed-ceiling', { failed, ceiling })}` : '';
  return {
    title: t(`${type}-title`, params),
    consequence: `${t(`${type}-text`, params)}${more}`,
    submit: t(`${type}-submit`, params),
  };
}

function stepsToCome(state: RunState, target: string): number {
  return state.steps.filter(
    (step, index) =>
      index > state.current && step.targets.some((one) => one.target === target && one.status === 'todo'),
  ).length;
}

/** The intent that an act with its answer is. */
export function intentOf(run: OpenRun, act: ReasonedAct, { reason, owner, due }: ReasonAnswer): Intent {
  switch (act.type) {
    case 'abandon':
      return { type: act.type, reason };
    case 'decide-check':
      return { type: act.type, item: act.item, reason };
    case 'waive':
      return { type: 'waive-countersignature', step: act.step, reason };
    case 'run-again':
      return { type: 'run-step', step: act.step, targets: [act.target], reason };
    case 'offer':
      return { type: 'run-step', step: act.step, targets: [act.target], reason, choice: act.choice };
    case 'confirm-again':
      return { ...act.intent, reason };
    case 'fail':
      return failIntent(run, act, reason);
    case 'defer':
    case 'override':
    case 'was-done':
    case 'was-not-done':
    case 'exclude':
    case 'declare-failed': {
      const { step, target } = act;
      const decision = decisionOf[act.type];
      return { type: 'decide', step, target, decision, reason, owner, ...(due === null ? {} : { due }) };
    }
    default:
      return assertNever(act);
  }
}

const decisionOf = {
  defer: 'deferred',
  override: 'overridden',
  'was-done': 'was-done',
  'was-not-done': 'was-not-done',
  exclude: 'excluded',
  'declare-failed': 'failed',
} as const;

/** A manual step that went wrong: the reason is its note, what was typed so far is kept. */
function failIntent({ drafts }: OpenRun, { step, target }: Place, reason: string): Intent {
  const note = (drafts[`${step}/${target}`] ?? emptyDraft).note.trim();
  return {
    type: 'confirm-manual',
    step,
    target,
    verdict: 'failed',
    evidence: {},
    note: note === '' ? reason : `${reason}\n${note}`,
    reason,
  };
}
