import type { SealedFile } from '../../shared/contract/events.ts';
import type { MirrorIntent, Refusal, RefusalCode } from '../../shared/contract/intents.ts';
import type { CheckerRequest, SigningView } from '../../shared/contract/ipc/people.ts';
import { statementFor, wordsToSign } from '../../shared/people/proof.ts';
import { glassStatement, handoverStatement, statementHash, waitingFor } from '../../shared/people/statements.ts';
import { currentStep, type RunState } from '../../shared/run/state.ts';
import { sha256Text } from '../engine/journal/digest.ts';
import type { Identity } from '../engine/ports.ts';

/** Whether this very content is here, whole. */
export type IsHere = (file: Pick<SealedFile, 'path' | 'sha256' | 'bytes'>) => boolean;

/** What waits for the checker's signature, as our own copy says; null when nothing does. */
export function signingView(state: RunState, isHere: IsHere): SigningView | null {
  const step = currentStep(state);
  const mode = step === null ? null : waitingFor(state, step.id);
  if (step === null || mode === null) return null;
  const statement = statementFor(state, step.id, mode, sha256Text);
  if (statement === null) return null;
  return { step: step.id, mode, statement, complete: [...state.files, ...boundFiles(state)].every(isHere) };
}

/** The recordings and evidence files of the step the run stands at. */
function boundFiles(state: RunState): readonly Pick<SealedFile, 'path' | 'sha256' | 'bytes'>[] {
  const attempts = state.steps[state.current]?.targets.flatMap((target) => target.attempts) ?? [];
  return attempts.flatMap(({ recording, evidence }) => {
    const files = Object.values(evidence).filter((value): value is SealedFile => typeof value === 'object');
    return recording === null ? files : [recording, ...files];
  });
}

const refuse = (code: RefusalCode, params: Readonly<Record<string, string>> = {}): Refusal => ({ code, params });

/**
 * The intent for what the checker asks, signed where it has to be: only what our own copy says is signed, never what
 * a host or a screen says.
 */
export function intentFor(
  state: RunState,
  request: CheckerRequest,
  view: SigningView | null,
  identity: Identity,
): MirrorIntent | Refusal {
  switch (request.type) {
    case 'open-evidence':
    case 'countersign':
    case 'reject': {
      const { step, mode, statement } = request;
      if (view === null || view.step !== step || view.mode !== mode)
        return refuse('no-countersignature-waiting', { step });
      if (view.statement !== statement) return refuse('statement-changed', { step });
      if (request.type === 'open-evidence') return request;
      if (!view.complete) return refuse('evidence-not-here');
      return { ...request, signature: identity.sign(wordsToSign(request.type, statement, sha256Text)) };
    }
    case 'accept-handover': {
      const head = { seq: state.seq, hash: state.head };
      const statement = handoverStatement(state.runId, head, identity.person.publicKey);
      return { ...request, head, signature: identity.sign(statementHash(statement, sha256Text)) };
    }
    case 'sign-glass': {
      const asked = glassStatement(state);
      if (asked === null) return refuse('glass-not-asked');
      // Taken back and asked for anew: they read another reason.
      if (state.lockdown.glass?.seq !== request.asked) return refuse('statement-changed');
      const statement = statementHash(asked, sha256Text);
      return { type: 'sign-glass', statement, signature: identity.sign(statement) };
    }
    default:
      return request;
  }
}
