import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSessionSigner, sha256Text } from '../../electron/engine/journal/digest.ts';
import { castExit, castHeader } from '../../electron/engine/output/cast.ts';
import {
  type EventOf,
  mustBeSigned,
  type Recording,
  type RunEvent,
  type Verdict,
} from '../../shared/contract/events.ts';
import { FIRST_LINK, sealRecord } from '../../shared/journal/chain.ts';

/** Runs of the past, written as fast as they can be: for what reads them and does not care how they came about. */

export const BEGAN = Date.UTC(2026, 10, 20, 14, 0, 0);

/** An event and when it happened, in milliseconds since the run began. */
export type Timed = readonly [ms: number, event: RunEvent];

/** Writes a journal whose chain and signatures hold. */
export function writeJournal(folder: string, events: readonly Timed[]): void {
  mkdirSync(folder, { recursive: true });
  const signer = createSessionSigner();
  let link = FIRST_LINK;
  const lines: string[] = [];
  for (const [ms, event] of events) {
    const kind = event.type === 'attempt-ended' || event.type === 'run-created' ? 'app' : 'operator';
    const actor = { kind, name: kind === 'app' ? 'Countersign' : 'Ada' } as const;
    const at = new Date(BEGAN + ms).toISOString();
    const body = { seq: link.seq, at, mono: Math.max(0, ms), actor, ...event, prev: link.prev };
    const sign = mustBeSigned(event.type, actor) ? (hash: string) => signer.sign(Buffer.from(hash, 'ascii')) : null;
    const { record, line } = sealRecord(body, sha256Text, sign);
    lines.push(line, '\n');
    link = { line: link.line + 1, seq: link.seq + 1, prev: record.hash };
  }
  writeFileSync(join(folder, 'journal.jsonl'), lines.join(''));
}

/** Writes a recording of what came after how many milliseconds each, and gives its seal. */
export function writeRecording(
  folder: string,
  attempt: string,
  output: readonly (readonly [ms: number, text: string])[],
): Recording {
  mkdirSync(join(folder, 'output'), { recursive: true });
  const lines = output.map(([ms, text]) => `[${(ms / 1_000).toFixed(3)},"o",${JSON.stringify(text)}]\n`);
  const bytes = Buffer.from(castHeader(attempt, new Date(BEGAN)) + lines.join('') + castExit(0, 0));
  writeFileSync(join(folder, 'output', `${attempt}.cast`), bytes);
  return {
    path: `output/${attempt}.cast`,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    lines: output.reduce((sum, [, text]) => sum + text.split('\n').length - 1, 0),
    tail: '',
    undecodable: 0,
  };
}

/** An attempt of a command begins. */
export function begins(attempt: string, step: string, target = 'app1', number = 1): RunEvent {
  return {
    type: 'attempt-started',
    data: {
      ...{ attempt, step, target, purpose: 'step', number, effect: 'write', command: 'deploy', sent: 'deploy' },
      ...{ account: 'tomcat', hostKey: null, recording: `output/${attempt}.cast`, reason: null },
      ...{ choice: null, text: null },
    } as EventOf<'attempt-started'>['data'],
  };
}

/** It ends. */
export function ends(attempt: string, verdict: Verdict, durationMs: number, recording: Recording | null): RunEvent {
  return {
    type: 'attempt-ended',
    data: {
      ...{ attempt, verdict, effect: 'full', exit: { code: 0, signal: null }, checks: [], failure: null, recording },
      ...{ evidence: {}, note: null, result: null, findings: [], offers: [], durationMs },
    } as EventOf<'attempt-ended'>['data'],
  };
}
