import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSessionSigner, sha256Text } from '../../electron/engine/journal/digest.ts';
import { sealBytes } from '../../electron/engine/journal/seal.ts';
import type { Plan } from '../../shared/checklist/plan.ts';
import { type Actor, mustBeSigned, type RunEvent, type RunResult } from '../../shared/contract/events.ts';
import { contentHashOf, FIRST_LINK, sealRecord } from '../../shared/journal/chain.ts';
import { planOf, step } from './plans.ts';

/** A run to be written as a folder that the verifier finds intact. */
export interface WrittenRun {
  readonly data: string;
  readonly runId: string;
  readonly place?: 'runs' | 'mirrored' | 'imported';
  readonly plan?: Plan;
  readonly person?: string;
  /** What happens between the start and the end. */
  readonly events?: readonly RunEvent[];
  /** Null: it goes on. */
  readonly result?: RunResult | null;
}

/** Writes the run's folder and gives its path. */
export function writeRun(run: WrittenRun): string {
  const { data, runId, place = 'runs', plan = planOf([step('1')]), person = 'Li Wei', events = [] } = run;
  const folder = join(data, place, runId);
  mkdirSync(join(folder, 'checklist'), { recursive: true });
  const checklist = Buffer.from('checklist: 1\n');
  writeFileSync(join(folder, 'checklist', 'release.yaml'), checklist);
  const files = [sealBytes('checklist/release.yaml', checklist)];
  const signer = createSessionSigner();
  const session = { session: 's1', publicKey: signer.publicKey, machine: 'ops-17', person, pid: 1, resumed: false };
  const contentHash = contentHashOf(files, sha256Text);
  const created = { runId, plan, files, source: '/home/li/release.yaml', contentHash, mode: 'app', rehearsal: null };
  const { result = 'completed' } = run;
  const over: readonly RunEvent[] =
    result === null
      ? []
      : [
          { type: 'run-ended', data: { result, reason: null } },
          { type: 'session-closed', data: { reason: 'ended' } },
        ];
  const all: readonly RunEvent[] = [
    { type: 'run-created', data: { ...created, mode: 'app', app: { version: '0', platform: 'test' } } },
    { type: 'session-opened', data: session },
    { type: 'run-started', data: {} },
    ...events,
    ...over,
  ];
  let link = FIRST_LINK;
  const lines: string[] = [];
  for (const event of all) {
    const actor = actorOf(event, person);
    const at = new Date(startOf(runId) + link.seq * 1_000).toISOString();
    const body = { seq: link.seq, at, mono: link.seq, actor, ...event, prev: link.prev };
    const sign = mustBeSigned(event.type, actor) ? (hash: string) => signer.sign(Buffer.from(hash, 'ascii')) : null;
    const { record, line } = sealRecord(body, sha256Text, sign);
    lines.push(`${line}\n`);
    link = { line: link.line + 1, seq: link.seq + 1, prev: record.hash };
  }
  writeFileSync(join(folder, 'journal.jsonl'), lines.join(''));
  return folder;
}

const byApp: ReadonlySet<RunEvent['type']> = new Set([
  ...(['run-created', 'session-opened', 'session-closed', 'step-entered', 'attempt-ended'] as const),
]);

function actorOf({ type }: RunEvent, person: string): Actor {
  return byApp.has(type) ? { kind: 'app', name: 'Countersign' } : { kind: 'operator', name: person };
}

function startOf(runId: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(runId) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
}
