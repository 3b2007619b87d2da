import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AbsentRun } from '../../shared/contract/ipc/history.ts';
import type { FindingSeverity } from '../../shared/journal/finding.ts';
import { readRecords } from '../engine/journal/read-run.ts';
import { type KnownRun, knownRuns } from './known-runs.ts';
import { journalTail, placesOf, runsOnDisk } from './run-places.ts';
import { type RunsChain, readRunsChain } from './runs-file.ts';

/** Something that does not fit; its sentence is `evidence:runs-<code>` in both languages. */
export interface RunsFinding {
  readonly severity: FindingSeverity;
  readonly code:
    | 'chain-missing'
    | 'chain-bad'
    | 'chain-torn'
    | 'vanished'
    | 'unreadable'
    | 'cut'
    | 'differs'
    | 'grown'
    | 'unlisted'
    | 'retire-unfinished'
    | 'archive-missing'
    | 'archive-changed';
  readonly params: Readonly<Record<string, string>>;
}

/** One run as the chain and the disk tell of it. */
export interface AuditedRun extends KnownRun {
  readonly standing: 'here' | 'archived' | 'removed' | 'vanished' | 'unlisted';
}

export interface RunsAudit {
  /** `altered` outweighs `incomplete`; notes do not count. */
  readonly verdict: 'intact' | 'altered' | 'incomplete';
  readonly entries: number;
  /** Hash of the chain's last entry: kept elsewhere, it shows that nothing was cut off or rebuilt up to it. */
  readonly head: string;
  readonly runs: readonly AuditedRun[];
  readonly findings: readonly RunsFinding[];
}

/**
 * Holds the disk against the chain of runs: a run that vanished, whose journal is not the one that was closed, or that
 * the chain does not know. Reads the last record of each run, and more of a journal only where that is another one;
 * whether a run is intact in itself is for `verifyRun` to say. Writes nothing.
 */
export async function auditRuns(data: string): Promise<RunsAudit> {
  const chain = await readRunsChain(data);
  const known = knownRuns(chain.entries);
  const onDisk = await runsOnDisk(data);
  const findings = ofChain(chain, onDisk.length > 0);
  const runs: AuditedRun[] = [];
  for (const run of known.values()) {
    const audited = await auditRun(data, run);
    runs.push({ ...run, standing: audited.standing });
    findings.push(...audited.findings);
  }
  for (const runId of onDisk) {
    if (known.has(runId)) continue;
    findings.push({ severity: 'note', code: 'unlisted', params: { run: runId } });
    runs.push({ ...strange(runId), standing: 'unlisted' });
  }
  const has = (severity: FindingSeverity): boolean => findings.some((one) => one.severity === severity);
  return {
    verdict: has('altered') ? 'altered' : has('incomplete') ? 'incomplete' : 'intact',
    entries: chain.entries.length,
    head: chain.link.prev,
    runs: runs.sort((a, b) => (a.runId < b.runId ? -1 : 1)),
    findings,
  };
}

/** The runs that the chain knows and that are not here any more, newest first. */
export function absentRuns({ runs }: RunsAudit): readonly AbsentRun[] {
  return runs
    .filter(({ standing }) => standing !== 'here' && standing !== 'unlisted')
    .map(({ runId, title, environment, startedAt, end, retired }) => ({
      runId,
      title,
      environment,
      startedAt,
      head: end?.head ?? null,
      result: end?.result ?? null,
      retired,
    }))
    .reverse();
}

function strange(runId: string): KnownRun {
  return { runId, title: runId, environment: '', startedAt: '', end: null, retired: null, archive: null };
}

function ofChain({ there, faults, torn }: RunsChain, hasRuns: boolean): RunsFinding[] {
  const findings: RunsFinding[] = faults.map(({ line, code }) => ({
    severity: 'altered',
    code: 'chain-bad',
    params: { line: String(line), what: code },
  }));
  if (!there && hasRuns) findings.push({ severity: 'incomplete', code: 'chain-missing', params: {} });
  if (torn > 0) findings.push({ severity: 'note', code: 'chain-torn', params: { bytes: String(torn) } });
  return findings;
}

type Audited = Pick<AuditedRun, 'standing'> & { readonly findings: readonly RunsFinding[] };

async function auditRun(data: string, run: KnownRun): Promise<Audited> {
  const params = { run: run.runId, title: run.title };
  const [folder] = await placesOf(data, run.runId);
  if (run.retired !== null) {
    const left: RunsFinding[] = folder === undefined ? [] : [{ severity: 'note', code: 'retire-unfinished', params }];
    const standing = run.retired.how === 'archive' ? 'archived' : 'removed';
    return { standing, findings: [...left, ...(await ofArchive(data, run))] };
  }
  if (folder === undefined)
    return { standing: 'vanished', findings: [{ severity: 'incomplete', code: 'vanished', params }] };
  return { standing: 'here', findings: await ofJournal(folder, run) };
}

async function ofArchive(data: string, { archive, runId, title }: KnownRun): Promise<readonly RunsFinding[]> {
  if (archive === null) return [];
  const params = { run: runId, title, path: archive.path };
  const there = await stat(join(data, archive.path)).catch(() => null);
  if (there === null) return [{ severity: 'incomplete', code: 'archive-missing', params }];
  return there.size === archive.bytes ? [] : [{ severity: 'altered', code: 'archive-changed', params }];
}

async function ofJournal(folder: string, { runId, title, end }: KnownRun): Promise<readonly RunsFinding[]> {
  if (end === null || end.head === null) return [];
  const params = { run: runId, title };
  const tail = await journalTail(folder);
  if (tail?.head === end.head && tail.records === end.records) return [];
  const hash = await hashOf(folder, end.records - 1);
  if (hash === end.head) return [{ severity: 'note', code: 'grown', params }];
  if (hash === 'unreadable') return [{ severity: 'altered', code: 'unreadable', params }];
  return [{ severity: 'altered', code: hash === null ? 'cut' : 'differs', params }];
}

/** The hash of a record; null when the journal ends before it. */
export async function hashOf(folder: string, seq: number): Promise<string | null> {
  try {
    for await (const record of readRecords(folder)) if (record.seq === seq) return record.hash;
    return null;
  } catch {
    return 'unreadable';
  }
}
