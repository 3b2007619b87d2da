import { assertNever } from '../../../shared/assert-never.ts';
import { stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { admittedChecker, participantOf } from '../../../shared/run/people-policy.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { placeOf } from '../../components/target-name.ts';
import { type Text, useText } from '../../components/use-text.ts';

/** An act about another person that needs a reason before it can be sent. */
export type PeopleAct =
  | { readonly type: 'decline' | 'dismiss' | 'offer-handover'; readonly participant: string }
  | { readonly type: 'withdraw-handover' }
  | {
      readonly type: 'ask-permission';
      readonly step: string;
      readonly targets: readonly string[];
      /** The offered move that is asked for; left out: the step itself. */
      readonly choice?: string;
    };

interface Props {
  readonly state: RunState;
  readonly act: PeopleAct;
  readonly onClose: () => void;
  readonly onSend: (intent: Intent) => void;
}

/** Asks for the reason, says what follows for whom, and sends it. */
export function PeopleActDialog({ state, act, onClose, onSend }: Props) {
  const text = useText();
  return (
    <ReasonDialog
      {...wordsOf(state, act, text)}
      danger={act.type === 'dismiss'}
      onClose={onClose}
      onSubmit={({ reason }) => onSend(intentOf(act, reason))}
    />
  );
}

function intentOf(act: PeopleAct, reason: string): Intent {
  switch (act.type) {
    case 'decline':
      return { type: 'decline-participant', participant: act.participant, reason };
    case 'dismiss':
    case 'offer-handover':
      return { type: act.type, participant: act.participant, reason };
    case 'withdraw-handover':
      return { type: 'withdraw-handover', reason };
    case 'ask-permission':
      return { ...act, targets: [...act.targets], reason };
    default:
      return assertNever(act);
  }
}

function wordsOf(state: RunState, act: PeopleAct, text: Text) {
  const { people } = text;
  switch (act.type) {
    case 'decline': {
      const name = nameOf(state, act.participant);
      return {
        title: people('decline-title', { name }),
        consequence: people('decline-text'),
        submit: people('decline-submit', { name }),
      };
    }
    case 'dismiss': {
      const name = nameOf(state, act.participant);
      const role = participantOf(state, act.participant)?.role ?? 'observer';
      return {
        title: people(`dismiss-title-${role}`, { name }),
        consequence: people(`dismiss-text-${role}`, { name }),
        submit: people(`dismiss-submit-${role}`, { name }),
      };
    }
    case 'offer-handover': {
      const name = nameOf(state, act.participant);
      return {
        title: people('handover-title', { name }),
        consequence: people('handover-text'),
        submit: people('handover-submit', { name }),
      };
    }
    case 'withdraw-handover': {
      const name = nameOf(state, state.handover?.participant ?? '');
      return {
        title: people('withdraw-title', { name }),
        consequence: people('withdraw-text'),
        submit: people('withdraw-submit'),
      };
    }
    case 'ask-permission': {
      const name = askedName(state, text);
      const step = state.plan.steps[stepIndex(state.plan, act.step)]?.title ?? act.step;
      return {
        title: people('ask-permission-title', { name, step, place: placeOf(text, act.targets) }),
        consequence: people(admittedChecker(state) === null ? 'ask-permission-text-nobody' : 'ask-permission-text'),
        submit: people('ask-permission-submit', { name }),
      };
    }
    default:
      return assertNever(act);
  }
}

function nameOf(state: RunState, participant: string): string {
  return participantOf(state, participant)?.name ?? participant;
}

/** The checker's name; where nobody was admitted, what they are called. */
export function askedName(state: RunState, { people }: Pick<Text, 'people'>): string {
  return admittedChecker(state)?.name ?? people('ask-permission-somebody');
}
