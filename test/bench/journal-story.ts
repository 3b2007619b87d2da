import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createSessionSigner, sha256Text } from '../../electron/engine/journal/digest.ts';
import type { Plan } from '../../shared/checklist/plan.ts';
import { mustBeSigned, type NewRecord, type SealedFile } from '../../shared/contract/events.ts';
import { contentHashOf, FIRST_LINK, sealRecord } from '../../shared/journal/chain.ts';
import { planOf, step } from '../helpers/plans.ts';

/** Journals for the benches: the records that a large release leaves. */

const app = { kind: 'app', name: 'Countersign' } as const;
const operator = { kind: 'operator', name: 'Ada' } as const;

/** The first record of a run with this plan. */
export function benchRunCreated(plan: Plan = planOf([step('1')])): NewRecord {
  const files = [{ path: 'checklist/release.yaml', sha256: sha256Text('\n'), bytes: 1 }];
  const contentHash = contentHashOf(files, sha256Text);
  const data = {
    runId: 'bench',
    plan,
    files,
    source: '/bench',
    contentHash,
    mode: 'headless',
    rehearsal: null,
    app: { version: '0', platform: 'bench' },
  } as const;
  return { actor: app, type: 'run-created', data: { ...data, files } };
}

function started(attempt: number, stepId: string, target: string): NewRecord {
  const command = `/opt/trade/bin/deploy.sh --host ${target} --version 3.4.0`;
  return {
    actor: operator,
    type: 'attempt-started',
    data: {
      attempt: `a${attempt}`,
      step: stepId,
      target,
      purpose: 'step',
      number: 1,
      effect: 'write',
      command,
      sent: `cd / && exec sh -c '${command}'`,
      account: 'tomcat',
      hostKey: 'SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDpyFt5yTBqpkn5LzQ',
      recording: `output/a${attempt}.cast`,
      reason: null,
      choice: null,
      text: null,
    },
  };
}

/** `sealed`: the attempt's recording, made up where it is left out. */
function ended(attempt: number, sealed?: SealedFile): NewRecord {
  const path = `output/a${attempt}.cast`;
  return {
    actor: app,
    type: 'attempt-ended',
    data: {
      attempt: `a${attempt}`,
      verdict: 'passed',
      effect: 'full',
      exit: { code: 0, signal: null },
      checks: [{ subject: 'stdout', expected: 'contains "deployed"', found: 'deployed 3.4.0', holds: true }],
      failure: null,
      recording: {
        ...(sealed ?? { path, sha256: 'a'.repeat(64), bytes: 1_234 }),
        lines: 12,
        tail: 'unpacking\ndeployed 3.4.0\n',
        undecodable: 0,
      },
      evidence: {},
      note: null,
      result: null,
      findings: [],
      offers: [],
      durationMs: 1_234,
    },
  };
}

/** The n-th record of a run that goes on and on: step entered, attempt started (signed), attempt ended, … */
export function benchStep(n: number): NewRecord {
  const attempt = Math.floor(n / 3) + 1;
  if (n % 3 === 0) return { actor: app, type: 'step-entered', data: { step: '1' } };
  return n % 3 === 1 ? started(attempt, '1', 'app1') : ended(attempt);
}

const HOSTS = 50;

/** `recordings`: null when each attempt has one that is made up, else those of the first attempts, and no others. */
function* story(steps: number, publicKey: string, recordings: readonly SealedFile[] | null): Generator<NewRecord> {
  const hosts = Array.from({ length: HOSTS }, (_, n) => `app${n}`);
  const ids = Array.from({ length: steps }, (_, n) => `s${n}`);
  const plan = planOf(ids.map((id) => step(id, { targets: hosts })));
  yield benchRunCreated(plan);
  const session = { session: 's', publicKey, machine: 'm', person: 'Ada', pid: 1, resumed: false };
  yield { actor: app, type: 'session-opened', data: session };
  yield { actor: operator, type: 'run-started', data: {} };
  let attempt = 0;
  for (const id of ids) {
    yield { actor: app, type: 'step-entered', data: { step: id } };
    for (const host of hosts) {
      attempt += 1;
      const begun = started(attempt, id, host);
      const over = ended(attempt, recordings?.[attempt - 1]);
      const silent = recordings !== null && attempt > recordings.length;
      yield silent ? withoutRecording(begun) : begun;
      yield silent ? withoutRecording(over) : over;
    }
  }
}

function withoutRecording(record: NewRecord): NewRecord {
  return { ...record, data: { ...record.data, recording: null } } as NewRecord;
}

/** Writes the journal of an unfinished run with about `records` records: some steps on 50 hosts each. */
export function writeStory(folder: string, records: number): number {
  return write(folder, records, null);
}

/** As `writeStory`, so that it verifies: with these recordings and a frozen file, which is written. */
export function writeSealedStory(folder: string, records: number, recordings: readonly SealedFile[]): number {
  mkdirSync(join(folder, 'checklist'), { recursive: true });
  writeFileSync(join(folder, 'checklist', 'release.yaml'), '\n');
  return write(folder, records, recordings);
}

function write(folder: string, records: number, recordings: readonly SealedFile[] | null): number {
  mkdirSync(folder, { recursive: true });
  const signer = createSessionSigner();
  const file = openSync(join(folder, 'journal.jsonl'), 'wx');
  let link = FIRST_LINK;
  let lines: string[] = [];
  for (const { actor, ...event } of story(Math.round(records / (HOSTS * 2 + 1)), signer.publicKey, recordings)) {
    const body = { seq: link.seq, at: '2026-11-20T14:00:00.000Z', mono: link.seq, actor, ...event, prev: link.prev };
    const sign = mustBeSigned(event.type, actor) ? (hash: string) => signer.sign(Buffer.from(hash, 'ascii')) : null;
    const { record, line } = sealRecord(body, sha256Text, sign);
    lines.push(line, '\n');
    link = { line: link.line + 1, seq: link.seq + 1, prev: record.hash };
    if (lines.length > 10_000) {
      writeSync(file, lines.join(''));
      lines = [];
    }
  }
  writeSync(file, lines.join(''));
  closeSync(file);
  return link.seq;
}
