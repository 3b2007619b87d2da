import { type ReactNode, useState } from 'react';
import { assertNever } from '../../../shared/assert-never.ts';
import { actionFor, stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { Intent, Refusal } from '../../../shared/contract/intents.ts';
import { waitingFor } from '../../../shared/people/statements.ts';
import { resultOf } from '../../../shared/run/consequences.ts';
import { may } from '../../../shared/run/policy.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { currentStep, isRepeat } from '../../../shared/run/state.ts';
import { placeOf } from '../../components/target-name.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { answersOf, emptyDraft, troubles } from '../../model/evidence.ts';
import { allowedBy } from '../../model/people/signing.ts';
import type { PrimaryAction } from '../../model/primary-action.ts';
import { actWords, draftOf } from '../../steps/index.tsx';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { askedName } from '../people/people-act.tsx';
import { ActDialog } from './act-dialog.tsx';
import type { AskedAct } from './asked-act.ts';

/** Everything the run screen can do now, and the dialog of the act that is being asked about. */
export interface Acts {
  /** The primary action's name, or what is being waited for. */
  readonly label: string;
  /** Null when there is nothing to press. */
  readonly press: (() => void) | null;
  /** Why the primary action cannot be pressed, or null. */
  readonly why: string | null;
  /** Opens the dialog of an act that needs a reason. */
  readonly ask: (act: AskedAct) => void;
  readonly send: (intent: Intent) => void;
  /** Why an intent would be refused now, or null. */
  readonly refusal: (intent: Intent) => string | null;
  readonly dialog: ReactNode;
}

/** Binds the primary action (a pure decision) to words, policy and main. */
export function useActs(run: OpenRun, action: PrimaryAction, away: boolean): Acts {
  const text = useText();
  const actions = useActions();
  const [asked, setAsked] = useState<AskedAct | null>(null);
  const send = (intent: Intent): void => void actions.send(withText(run, intent, text));
  const submit = (intent: Intent) => actions.submit(withText(run, intent, text));
  const refusal = (intent: Intent): string | null => {
    if (!run.live) return text.t('only-looking');
    const found: Refusal | null = may(run.state, withText(run, intent, text));
    return found === null ? null : text.refusal(found);
  };
  const shared = {
    ask: setAsked,
    send,
    refusal,
    dialog: asked === null ? null : <ActDialog run={run} act={asked} onClose={() => setAsked(null)} onSend={submit} />,
  };
  if (away) {
    return { ...shared, label: text.t('back-to-current'), press: () => actions.look(null), why: null };
  }
  return { ...shared, ...primaryParts(run, action, text, { send, ask: setAsked, refusal }) };
}

/** Where a step sends a text, what the person saw goes with the intent: the draft as it was changed, or as it was made. */
function withText({ state, drafts }: OpenRun, intent: Intent, { step: words }: Text): Intent {
  if (intent.type !== 'run-step') return intent;
  const step = state.plan.steps[stepIndex(state.plan, intent.step)];
  const [target] = intent.targets;
  if (step === undefined || target === undefined) return intent;
  const drafted = drafts[`${step.id}/${target}`]?.text ?? draftOf(state, step, actionFor(step, target), words);
  return drafted === null ? intent : { ...intent, text: drafted };
}

type Parts = Pick<Acts, 'label' | 'press' | 'why'>;
type Means = Pick<Acts, 'send' | 'ask' | 'refusal'>;

/** The names of what the current step does on the first of these targets. */
function wordsAt(state: RunState, targets: readonly string[]) {
  const step = currentStep(state);
  return step === null ? null : actWords(actionFor(step, targets[0] ?? ''));
}

function primaryParts(run: OpenRun, action: PrimaryAction, text: Text, means: Means): Parts {
  const why = run.live ? null : text.t('only-looking');
  switch (action.type) {
    case 'none':
      return { label: '', press: null, why: null };
    case 'wait': {
      const words = wordsAt(run.state, action.targets);
      return {
        label: words === null ? '' : text.t(words.busy, { place: placeOf(text, action.targets) }),
        press: null,
        why: null,
      };
    }
    case 'judge': {
      const step = currentStep(run.state)?.id ?? '';
      const { target, finding } = action;
      const ask = (): void => means.ask({ type: 'judge', step, target, finding, judgement: null });
      return { label: text.t('judge-next', { place: placeOf(text, [target]) }), press: ask, why };
    }
    case 'intent':
      return {
        label: intentLabel(run, action, text),
        press: () => means.send(action.intent),
        why: means.refusal(action.intent),
      };
    case 'ask': {
      const act = askedBy(run, action);
      return { label: askLabel(run.state, action, text), press: act === null ? null : () => means.ask(act), why };
    }
    case 'wait-for':
      return { label: text.people(`wait-${action.what}`, { name: action.name }), press: null, why: null };
    case 'answer':
      return answerParts(run, action, text, means);
    default:
      return assertNever(action);
  }
}

function intentLabel({ state }: OpenRun, action: Extract<PrimaryAction, { type: 'intent' }>, text: Text): string {
  const { t } = text;
  const place = placeOf(text, action.targets);
  switch (action.what) {
    case 'start':
      return t('start-run-in', { environment: state.plan.environment });
    case 'continue':
      return t('continue-run');
    case 'enter-block':
      return t('enter-block');
    case 'finish':
      return t(resultOf(state) === 'rolled-back' ? 'finish-rolled-back' : 'finish-run');
    case 'probe':
      return t('probe-on', { place });
    case 'run': {
      const words = wordsAt(state, action.targets);
      const label = words === null ? '' : t(action.again ? words.again : words.first, { place });
      return withAllowed(label, state, action.targets, text);
    }
    default:
      return assertNever(action.what);
  }
}

function askedBy({ state }: OpenRun, { what, targets }: Extract<PrimaryAction, { type: 'ask' }>): AskedAct | null {
  const step = currentStep(state);
  const [target] = targets;
  if (step === null) return null;
  if (what === 'ask-permission') return { type: what, step: step.id, targets };
  if (what === 'waive' || what === 'accept-no-return') return { type: what, step: step.id };
  return target === undefined ? null : { type: what, step: step.id, target };
}

/** Who said yes to it stands on the button itself. */
function withAllowed(label: string, state: RunState, targets: readonly string[], { people }: Text): string {
  const name = allowedBy(state, currentStep(state)?.id ?? '', targets);
  return name === null ? label : `${label} · ${people('allowed-by', { name })}`;
}

/** What the current step waits for from the checker. */
function currentWaits(state: RunState) {
  return waitingFor(state, currentStep(state)?.id ?? '');
}

function askLabel(state: RunState, { what, targets }: Extract<PrimaryAction, { type: 'ask' }>, text: Text): string {
  const place = placeOf(text, targets);
  switch (what) {
    case 'ask-permission': {
      const stands = state.steps[state.current]?.targets.filter(({ target }) => targets.includes(target)) ?? [];
      const key = stands.some(isRepeat) ? 'ask-permission-ask' : 'ask-permission-first';
      return text.people(key, { name: askedName(state, text), place });
    }
    case 'run-again':
      return withAllowed(text.t('run-again-ask', { place }), state, targets, text);
    case 'decide':
      return text.t('decide-on', { place });
    case 'waive':
      return currentWaits(state) === 'before' ? text.people('waive-before-ask') : text.t('waive-ask');
    case 'accept-no-return':
      return text.t('no-return-ask');
    case 'approve':
      return text.t('approve-ask');
    default:
      return assertNever(what);
  }
}

function answerParts(
  run: OpenRun,
  action: Extract<PrimaryAction, { type: 'answer' }>,
  text: Text,
  means: Means,
): Parts {
  const step = currentStep(run.state);
  const act = step === null ? null : actionFor(step, action.target);
  if (step === null || act === null || act.kind !== 'manual') return { label: '', press: null, why: null };
  const words = actWords(act);
  const gate = step.origin === 'gate' && !action.again;
  const name = gate ? 'gate-step-pass' : action.again ? words.again : words.first;
  const label = text.t(name, { place: placeOf(text, [action.target]) });
  const draft = run.drafts[`${step.id}/${action.target}`] ?? emptyDraft;
  const missing = troubles(act.evidence, draft);
  const names = act.evidence.filter(({ name }) => missing.has(name)).map((field) => field.label || field.name);
  const intent: Intent = {
    type: 'confirm-manual',
    step: step.id,
    target: action.target,
    verdict: 'passed',
    evidence: answersOf(act.evidence, draft),
    note: draft.note.trim() === '' ? null : draft.note.trim(),
    reason: null,
  };
  const why = names.length > 0 ? text.t('fill-in', { fields: names.join(text.t('list-separator')) }) : null;
  if (action.again) {
    const ask = (): void => means.ask({ type: 'confirm-again', step: step.id, target: action.target, intent });
    return { label, press: ask, why: why ?? (run.live ? null : text.t('only-looking')) };
  }
  return { label, press: () => means.send(intent), why: why ?? means.refusal(intent) };
}
