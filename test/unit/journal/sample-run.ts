import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSessionSigner, type SessionSigner, sha256Text } from '../../../electron/engine/journal/digest.ts';
import { createJournal } from '../../../electron/engine/journal/journal.ts';
import { sealBytes } from '../../../electron/engine/journal/seal.ts';
import { createOutputStore } from '../../../electron/engine/output/output-store.ts';
import type { Clock, Journal } from '../../../electron/engine/ports.ts';
import type { Plan } from '../../../shared/checklist/plan.ts';
import type { NewRecord, SealedFile } from '../../../shared/contract/events.ts';
import { contentHashOf } from '../../../shared/journal/chain.ts';

/** A small real run on disk: a frozen checklist, a recording, a file as evidence, every kind of signature. */

/** A clock that is always a bit later. */
export function testClock(): Clock {
  let ms = Date.UTC(2026, 10, 20, 14, 0, 0);
  let mono = 0;
  return {
    now: () => {
      ms += 7;
      return new Date(ms);
    },
    mono: () => {
      mono += 7.25;
      return mono;
    },
    sleep: async () => undefined,
  };
}

export const plan: Plan = {
  format: 1,
  name: 'sample',
  databases: [],
  channels: [],
  people: { checkers: 0, challengeMs: null },
  rehearsal: 'off',
  omitted: [],
  title: 'Sample 发布',
  version: '1.0',
  releaseKind: 'bugfix',
  environment: 'test',
  production: false,
  window: null,
  hosts: [],
  secrets: [],
  variables: {},
  phases: [{ kind: 'hot', title: 'Release' }],
  blocks: [],
  steps: [],
  rollback: { order: [], steps: [] },
};

const app = { kind: 'app', name: 'Countersign' } as const;
export const operator = { kind: 'operator', name: 'Ada' } as const;

export function runCreated(files: SealedFile[]): NewRecord {
  return {
    actor: app,
    type: 'run-created',
    data: {
      runId: 'r1',
      plan,
      files,
      source: '/tmp/sample.yaml',
      contentHash: contentHashOf(files, sha256Text),
      mode: 'headless',
      rehearsal: null,
      app: { version: '0', platform: 'test' },
    },
  };
}

export function sessionOpened(signer: SessionSigner, resumed = false): NewRecord {
  const data = { session: 's', publicKey: signer.publicKey, machine: 'm', person: 'Ada', pid: 1, resumed };
  return { actor: app, type: 'session-opened', data };
}

export const held = (reason: string): NewRecord => ({
  actor: operator,
  type: 'run-held',
  data: { reason, cause: 'operator', minutes: null },
});
export const lost = (cause: string): NewRecord => ({
  actor: app,
  type: 'host-lost',
  data: { host: 'app1', failure: { code: 'link-lost', params: {}, cause } },
});

export async function tempFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'countersign-journal-'));
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

function attemptStarted(attempt: string): NewRecord {
  return {
    actor: operator,
    type: 'attempt-started',
    data: {
      attempt,
      step: 'one',
      target: 'desk',
      purpose: 'step',
      number: 1,
      effect: 'write',
      command: 'echo hello',
      sent: 'echo hello',
      account: null,
      hostKey: null,
      recording: `output/${attempt}.cast`,
      reason: null,
      choice: null,
      text: null,
    },
  };
}

async function runAttempt(folder: string, clock: Clock, journal: Journal): Promise<void> {
  const store = createOutputStore({ folder, clock, secrets: { values: () => [] }, tap: () => undefined });
  await journal.append([attemptStarted('a1')]);
  const sink = await store.open('a1', 'echo hello');
  await sink.write('stdout', Buffer.from('hello\nworld 世界\n'));
  const recording = await sink.seal(0);
  await mkdir(join(folder, 'evidence'));
  const proof = Buffer.from('a screenshot');
  await writeFile(join(folder, 'evidence', 'a1-proof.txt'), proof);
  const evidence = { proof: sealBytes('evidence/a1-proof.txt', proof), ticket: 'T-1' };
  await journal.append([
    {
      actor: app,
      type: 'attempt-ended',
      data: {
        attempt: 'a1',
        verdict: 'passed',
        effect: 'full',
        exit: { code: 0, signal: null },
        checks: [],
        failure: null,
        recording,
        evidence,
        note: null,
        result: null,
        findings: [],
        offers: [],
        durationMs: 12,
      },
    },
  ]);
}

/** Writes the sample run into `folder`. */
export async function writeSampleRun(folder: string): Promise<void> {
  const clock = testClock();
  const signer = createSessionSigner();
  const checklist = Buffer.from('checklist: 1\ntitle: Sample\n');
  await mkdir(join(folder, 'checklist'), { recursive: true });
  await writeFile(join(folder, 'checklist', 'sample.yaml'), checklist);
  const journal = await createJournal({ folder, clock, signer });
  await journal.append([runCreated([sealBytes('checklist/sample.yaml', checklist)])]);
  await journal.append([sessionOpened(signer), { actor: operator, type: 'run-started', data: {} }]);
  await runAttempt(folder, clock, journal);
  await journal.append([{ actor: app, type: 'checkpoint', data: { records: 5 } }]);
  await journal.append([
    { actor: operator, type: 'run-ended', data: { result: 'completed', reason: null } },
    { actor: app, type: 'session-closed', data: { reason: 'ended' } },
  ]);
  await journal.close();
}
