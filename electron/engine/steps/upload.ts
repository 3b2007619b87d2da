import { failure } from '../../../shared/contract/failure.ts';
import type { UploadAction } from '../../../shared/steps/actions/upload.ts';
import { type Outcome, outcome, type Sending, type StepContext, type StepEngine } from './step-runner.ts';
import { runPut } from './upload-put.ts';
import { runRestore } from './upload-restore.ts';

async function runUpload(context: StepContext, action: UploadAction): Promise<Outcome> {
  try {
    const { what } = action;
    return what.type === 'put' ? await runPut(context, { ...action, what }) : await runRestore(context, action);
  } catch (error) {
    // A journal that takes no note: what would have followed was not done.
    return outcome('failed', { effect: 'none', failure: failure('journal-unwritable', {}, error) });
  }
}

/** The effect in words; what exactly is moved where is written down before the move, when the hashes are known. */
function sending({ what, to, kept, sudo }: UploadAction, target: string): Sending {
  const command = what.type === 'put' ? `upload ${what.from} → ${to}` : `restore ${kept ?? to} → ${to}`;
  return { hosts: [target], secrets: [], sudo, command, wire: null, recorded: true };
}

/** The engine's door of `upload`. */
export const uploadEngine: StepEngine<UploadAction> = {
  sending: (action, { target }) => sending(action, target),
  run: runUpload,
};
