import { useRef } from 'react';
import type { CheckerRequest, SigningView } from '../../../shared/contract/ipc/people.ts';
import { type Primary, usePrimary } from '../../components/use-primary.ts';
import {
  changedSince,
  type Evidence,
  type SigningStage,
  signingIdentity,
  signingStage,
  waitingEvidence,
} from '../../model/checker/evidence.ts';
import type { OpenRun } from '../../store/app-state.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { useActions } from '../../store/use-app.ts';

/** What waits for a signature, how far the checker is with it, and the acts on it. */
export interface SigningDesk {
  readonly evidence: Evidence | null;
  readonly stage: SigningStage;
  readonly statement: SigningView | null;
  /** Targets that changed since the evidence was opened in this window. */
  readonly changed: readonly string[];
  /** True while the operator can be asked: connected, and a checker. */
  readonly may: boolean;
  readonly canOpen: boolean;
  /** Tells the operator that what stands there now was looked at. */
  readonly open: () => void;
  /** The signature, guarded like every primary action. */
  readonly sign: Primary;
  /** What asks for the opposite, with its reason. */
  readonly rejection: (reason: string) => CheckerRequest;
}

/** Binds the pure stages to main. What is signed is always the statement that stands on the screen. */
export function useSigning({ state }: OpenRun, { link, statement, pending }: Followed): SigningDesk {
  const { askOperator } = useActions();
  const evidence = waitingEvidence(state);
  const stage = signingStage(state, link.participant, evidence, statement);
  const seen = useRef<{ readonly evidence: Evidence; readonly step: string } | null>(null);
  const may = link.role === 'checker' && link.status === 'connected';
  const free = may && pending === null && statement !== null;
  const canOpen = free && (stage === 'to-open' || stage === 'changed');
  const signed = {
    step: statement?.step ?? '',
    mode: statement?.mode ?? 'after',
    statement: statement?.statement ?? '',
  };
  const sign = usePrimary(signingIdentity(stage, statement), free && stage === 'to-sign', () => {
    void askOperator({ type: 'countersign', ...signed });
  });
  const before = seen.current;
  return {
    evidence,
    stage,
    statement,
    changed:
      stage === 'changed' && evidence !== null && before?.step === evidence.step.id
        ? changedSince(before.evidence, evidence)
        : [],
    may,
    canOpen,
    open: () => {
      if (!canOpen || evidence === null) return;
      seen.current = { evidence, step: evidence.step.id };
      void askOperator({ type: 'open-evidence', ...signed });
    },
    sign,
    rejection: (reason) => ({ type: 'reject', ...signed, reason }),
  };
}
