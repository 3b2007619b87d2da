import type { ApprovalAction } from '../../../shared/steps/actions/approval.ts';
import { nothingSent, outcome, type StepEngine } from './step-runner.ts';

/** People answer through intents of their own (`approve`); an attempt would say nothing. */
export const approvalEngine: StepEngine<ApprovalAction> = {
  sending: () => nothingSent,
  run: async () => outcome('inconclusive', { effect: 'none' }),
};
