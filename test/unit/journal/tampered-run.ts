import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sealBytes } from '../../../electron/engine/journal/seal.ts';
import { createOutputStore } from '../../../electron/engine/output/output-store.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { signExportList } from '../../../electron/evidence/export-list.ts';
import type { EventOf } from '../../../shared/contract/events.ts';
import { exportListText } from '../../../shared/journal/export-list.ts';
import { manualStep } from '../../helpers/plans.ts';
import { linesOf, PeopleRun, parse, receiptLine } from './people-run.ts';

/** The run that is tampered with: everything that lies in an exported folder, written by the real engine. */

const steps = [
  manualStep('copy'),
  manualStep('switch', { countersign: 'after', effect: 'write' }),
  manualStep('paper', { effect: 'write' }),
];

const nothingFound = { checks: [], failure: null, note: null, result: null, findings: [], offers: [] };

/** One attempt with a recording, and a file that somebody gave as evidence. */
async function recorded({ engine, folder }: PeopleRun, step: string, number: number, output: string): Promise<void> {
  const attempt = `a${engine.state.attempts + 1}`;
  const recording = `output/${attempt}.cast`;
  const started: EventOf<'attempt-started'>['data'] = {
    ...{ attempt, step, target: 'desk', purpose: 'step', number, effect: 'write', recording },
    ...{ command: 'cp -v', sent: 'cp -v', account: null, hostKey: null, reason: 'again', choice: null, text: null },
  };
  await engine.run.controller.recordByApp([{ type: 'attempt-started', data: started }]);
  const store = createOutputStore({ folder, clock: systemClock, secrets: { values: () => [] }, tap: () => undefined });
  const sink = await store.open(attempt, 'cp -v');
  await sink.write('stdout', Buffer.from(output));
  const sealed = await sink.seal(0);
  const proof = Buffer.from(`a picture of ${attempt}`);
  await writeFile(join(folder, 'evidence', `${attempt}-proof.png`), proof);
  const ended: EventOf<'attempt-ended'>['data'] = {
    ...{ attempt, verdict: number === 1 ? 'failed' : 'passed', effect: 'full', exit: { code: 0, signal: null } },
    ...{ recording: sealed, evidence: { proof: sealBytes(`evidence/${attempt}-proof.png`, proof) }, durationMs: 5 },
    ...nothingFound,
  };
  await engine.run.controller.recordByApp([{ type: 'attempt-ended', data: ended }]);
}

/**
 * A run of two people with recordings, evidence, a countersignature, a result from paper and a note; with a receipt for
 * every third record and the last, a report, and a signed list of what was exported. `data` is where runs lie.
 */
export async function writeTamperedRun(data: string): Promise<{ run: PeopleRun; folder: string; receipts: string[] }> {
  const run = await PeopleRun.start(data, steps);
  const { engine, folder } = run;
  await mkdir(join(folder, 'evidence'), { recursive: true });
  await recorded(run, 'copy', 1, 'trade.war -> /opt/trade\n没有空间\n');
  await recorded(run, 'copy', 2, 'trade.war -> /opt/trade\n完成\n'.repeat(3));
  await run.confirms('switch');
  await run.signs('switch', 'after');
  const sheet = engine.run.controller.state.contentHash.slice(0, 8);
  const paper = { doneAt: new Date().toISOString(), doneBy: 'Ada', checkedBy: 'Bo', note: 'the screen was dark' };
  await engine.submit({ type: 'record-paper', step: 'paper', target: 'desk', verdict: 'passed', ...paper, sheet });
  await engine.submit({ type: 'add-note', text: 'It was the third disk.', step: 'copy', target: 'desk', corrects: 5 });
  await engine.submit({ type: 'finish' });
  await engine.run.close('ended');
  const records = linesOf(await readFile(join(folder, 'journal.jsonl'))).map(parse);
  const last = records.at(-1) ?? parse('{}');
  const receipts = records
    .filter(({ seq }) => seq % 3 === 2 || seq === last.seq)
    .map((record) => receiptLine(run.bo, run.engine.run.runId, record));
  await writeFile(join(folder, 'receipts.jsonl'), receipts.map((line) => `${line}\n`).join(''));
  const report = Buffer.from('<!doctype html><title>报告</title><p>Completed.');
  await writeFile(join(folder, 'report.html'), report);
  const { seq, hash } = last;
  const list = { format: 'countersign-export-1', runId: run.engine.run.runId, seq, hash, at: last.at } as const;
  const signed = signExportList({ ...list, files: [sealBytes('report.html', report)] }, run.ada);
  await writeFile(join(folder, 'export.json'), exportListText(signed));
  return { run, folder, receipts };
}
