import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournalRefused } from '../../../electron/engine/journal-refused.ts';
import { createOutputStore } from '../../../electron/engine/output/output-store.ts';
import { performAttempt } from '../../../electron/engine/perform-attempt.ts';
import type { Hosts } from '../../../electron/engine/ports.ts';
import { runFiles } from '../../../electron/engine/run-files.ts';
import { createSecretStore } from '../../../electron/engine/secrets.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { command, planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';
import { testClock } from '../journal/sample-run.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-attempt-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Performs a command whose way to the host throws, although it never should. */
async function performed(thrown: Error) {
  const plan = planOf([step('one')]);
  const { state } = new Story(plan);
  const secrets = createSecretStore();
  const clock = testClock();
  const broken = async () => {
    throw thrown;
  };
  const hosts = { exec: broken, connection: () => null } as unknown as Hosts;
  const output = createOutputStore({ folder, clock, secrets, tap: () => {} });
  const files = runFiles({ data: folder, folder, state });
  return await performAttempt(
    { folder, hosts, output, secrets, clock, files, progress: () => {} },
    {
      ...{ plan, step: step('one'), target: 'app1', choice: null, text: null, answer: null },
      ...{ attempt: 'a1', runId: state.runId, action: command('echo one'), recorded: true },
      state: () => state,
      note: async () => {},
      cancelled: new AbortController().signal,
    },
  );
}

describe('an attempt whose kind throws', () => {
  it('ends as unknown with the cause and its recording sealed, instead of running for ever', async () => {
    const { outcome, recording } = await performed(new TypeError('x is not a function'));
    expect(outcome).toMatchObject({ verdict: 'unknown', effect: 'unknown' });
    expect(outcome.failure).toEqual(failure('local-error', {}, 'x is not a function'));
    expect(recording?.path).toBe('output/a1.cast');
  });

  it('says that the journal took no record where that is why', async () => {
    const refused = failure('journal-unwritable', {}, 'ENOSPC');
    const { outcome } = await performed(new JournalRefused(refused));
    expect(outcome).toMatchObject({ verdict: 'unknown', failure: refused });
  });
});
