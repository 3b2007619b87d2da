import type { SigningMode } from '../contract/events.ts';
import type { MirrorIntent, Refusal } from '../contract/intents.ts';
import type { Sha256 } from '../journal/chain.ts';
import type { SignatureHolds } from '../journal/verify.ts';
import type { RunState } from '../run/state.ts';
import {
  countersignStatement,
  glassStatement,
  handoverStatement,
  rejectionStatement,
  statementHash,
} from './statements.ts';

/** How hashes and signatures are computed; pure code is given them. */
export interface Cryptography {
  readonly sha256: Sha256;
  readonly signatureHolds: SignatureHolds;
}

/** The hash of what the checker would sign at this step now, or null. */
export function statementFor(state: RunState, step: string, mode: SigningMode, sha256: Sha256): string | null {
  const statement = countersignStatement(state, step, mode);
  return statement === null ? null : statementHash(statement, sha256);
}

/** What the checker's key signs for a yes or a no to a statement, which is given as its hash. */
export function wordsToSign(answer: 'countersign' | 'reject', statement: string, sha256: Sha256): string {
  return answer === 'countersign' ? statement : statementHash(rejectionStatement(statement), sha256);
}

/** Whether what somebody signed is what stands here now, and signed by the key they were admitted with. */
export function mayAsSigned(
  state: RunState,
  participant: string,
  intent: MirrorIntent,
  { sha256, signatureHolds }: Cryptography,
): Refusal | null {
  const key = state.participants.find((one) => one.participant === participant)?.publicKey ?? '';
  const wrong: Refusal = { code: 'signature-wrong', params: {} };
  switch (intent.type) {
    case 'open-evidence':
    case 'countersign':
    case 'reject': {
      const { step, mode, statement } = intent;
      if (statementFor(state, step, mode, sha256) !== statement) return { code: 'statement-changed', params: { step } };
      if (intent.type === 'open-evidence') return null;
      return signatureHolds(key, wordsToSign(intent.type, statement, sha256), intent.signature) ? null : wrong;
    }
    case 'accept-handover': {
      const statement = statementHash(handoverStatement(state.runId, intent.head, key), sha256);
      return signatureHolds(key, statement, intent.signature) ? null : wrong;
    }
    case 'sign-glass': {
      const asked = glassStatement(state);
      if (asked === null || statementHash(asked, sha256) !== intent.statement)
        return { code: 'statement-changed', params: {} };
      return signatureHolds(key, intent.statement, intent.signature) ? null : wrong;
    }
    default:
      return null;
  }
}
