import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Language } from '../../shared/contract/ipc/settings.ts';
import { EXPORT_LIST, exportListText, type UnsignedExportList } from '../../shared/journal/export-list.ts';
import type { RunState } from '../../shared/run/state.ts';
import { createTranslator } from '../../shared/text/translate.ts';
import { JournalError, systemCode } from '../engine/journal/journal-error.ts';
import { acquireLock, type Lock } from '../engine/journal/lock.ts';
import { receiptsPath } from '../engine/journal/verify-receipts.ts';
import { isClosed } from '../engine/open-run.ts';
import type { Identity, Result } from '../engine/ports.ts';
import { renderReport } from '../report/render.ts';
import { signExportList } from './export-list.ts';
import { keyFiles } from './key-files.ts';
import { type RunRead, readAsFar } from './read-as-far.ts';
import { settlePdf } from './settle-pdf.ts';
import { standAloneVerifier } from './stand-alone-verifier.ts';
import { type LeftOut, surveyRunIn } from './survey.ts';
import { type Written, writeZip, type ZipProgress, type ZipSource } from './write-zip.ts';

/** How a run is exported. */
export interface ExportOptions {
  readonly folder: string;
  /** Where else something of this run lies; see `surveyRunIn`. */
  readonly others?: readonly string[];
  /** The zip's path; what lies there is replaced when the new one is whole. */
  readonly to: string;
  /** The report's language. */
  readonly language: Language;
  /** Prints the report; null where nothing here can, and the PDF is left out. */
  readonly print: ((html: string, path: string) => Promise<void>) | null;
  /** Vouches for what lies beside the trail; null where this installation has no unlocked key. */
  readonly identity: Identity | null;
  readonly progress: ZipProgress;
}

export interface Exported {
  readonly path: string;
  /** Everything in it, `MANIFEST.sha256` and `export.json` last. */
  readonly files: readonly Written[];
  /** False when the run is not over, or its chain breaks off: it is in there as far as it goes. */
  readonly complete: boolean;
  /** What lies in the run's folder and was not taken. */
  readonly leftOut: readonly LeftOut[];
  /** Null when not even the first record can be read. */
  readonly state: RunState | null;
}

/**
 * Writes a whole run as one zip: the trail byte for byte, and beside it report, keys, verifier and a list of hashes.
 * Fails as `run-being-written`, `disk-full`, `local-error`; then nothing stands at `to`.
 */
export async function exportRun(options: ExportOptions): Promise<Result<Exported>> {
  let lock: Lock | null = null;
  try {
    lock = await lockRun(options.folder);
    return { ok: true, value: await exportLocked(options) };
  } catch (error) {
    return { ok: false, failure: exportFailure(error, options.folder, options.to) };
  } finally {
    await lock?.release();
  }
}

/** What a failed export is called; `disk-full` is told from everything else. */
export function exportFailure(error: unknown, folder: string, to: string): Failure {
  if (error instanceof JournalError && error.code === 'locked')
    return failure('run-being-written', { path: folder }, error);
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(systemCode(error) ?? '')) return failure('disk-full', { path: to }, error);
  return failure('local-error', { path: to }, error);
}

/** Nobody goes on with the run meanwhile. Where no lock can be put (a full or read-only disk) nobody else can either. */
async function lockRun(folder: string): Promise<Lock | null> {
  return await acquireLock(join(folder, 'journal.lock')).catch((error: unknown) => {
    if (['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '')) return null;
    throw error;
  });
}

/** The same for a run whose lock is held already. Rejects. */
export async function exportLocked(options: ExportOptions): Promise<Exported> {
  const { folder, others = [], to, progress } = options;
  const read = await readAsFar(folder);
  const { state, whole } = read;
  const { files, receipts, leftOut } = await surveyRunIn([folder, ...others]);
  const all = receipts.length > 1 ? await allReceipts(receipts.toReversed()) : null;
  const trail = files.map((file): ZipSource => (all !== null && file.path === all.path ? all : file));
  const beside = state === null ? [] : await besideFiles(options, state, whole);
  const written = await writeZip(to, [...trail, ...beside, ...lists(read, options.identity, trail.length)], progress);
  return {
    path: to,
    files: written,
    complete: whole && state !== null && isClosed(state),
    leftOut: leftOut.map(({ path, why }) => ({ path, why })),
    state,
  };
}

/** Everybody's receipts, each once, of the earliest part first. A line that a crash tore is none. */
async function allReceipts(folders: readonly string[]): Promise<Extract<ZipSource, { make: unknown }>> {
  const lines = new Set<string>();
  for (const folder of folders) {
    const text = await readFile(receiptsPath(folder), 'latin1');
    for (const line of text.split('\n').slice(0, -1)) lines.add(`${line}\n`);
  }
  const bytes = Buffer.from([...lines].join(''), 'latin1');
  return { path: basename(receiptsPath('')), make: () => bytes };
}

/** What is made for the export: it follows from the run alone, so that the same run gives the same zip. */
async function besideFiles(options: ExportOptions, state: RunState, whole: boolean): Promise<readonly ZipSource[]> {
  const made = new Map<string, Uint8Array>();
  for (const { path, text } of keyFiles(state)) made.set(path, Buffer.from(text));
  made.set('README.txt', Buffer.from(readme(state)));
  made.set('verify.mjs', await standAloneVerifier());
  // Of an altered journal no report is made; the journal itself and the verifier say what is wrong.
  if (whole) {
    const { html } = await renderReport(options.folder, { language: options.language });
    made.set('report.html', Buffer.from(html));
    const pdf = await printed(options, html, state);
    if (pdf !== null) made.set('report.pdf', pdf);
  }
  return [...made].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, bytes]) => ({ path, make: () => bytes }));
}

/** The PDF, which lies in a private temporary folder until it was read. */
async function printed({ print }: ExportOptions, html: string, state: RunState): Promise<Buffer | null> {
  if (print === null) return null;
  const folder = await mkdtemp(join(tmpdir(), 'countersign-export-'));
  try {
    const path = join(folder, 'report.pdf');
    await print(html, path);
    return settlePdf(await readFile(path), state.endedAt ?? state.createdAt);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readme({ runId, plan, seq, head }: RunState): string {
  const params = { run: runId, title: plan.title, environment: plan.environment, seq, head };
  return [createTranslator('zh'), createTranslator('en')]
    .map((one) => one.t('evidence:readme', params))
    .join('\n---\n\n');
}

/** `MANIFEST.sha256` for everybody's `sha256sum -c`, and the list that vouches for it and for all beside the trail. */
function lists({ state, at }: RunRead, identity: Identity | null, trail: number): readonly ZipSource[] {
  const manifest: ZipSource = {
    path: 'MANIFEST.sha256',
    make: (before) => Buffer.from(before.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('')),
  };
  if (state === null) return [manifest];
  const { runId, seq, head } = state;
  const list = (before: readonly Written[]): UnsignedExportList => ({
    format: 'countersign-export-1',
    ...{ runId, seq, hash: head },
    // Of the last record, not of the clock: the same run gives the same zip.
    at,
    files: before.slice(trail).map(({ path, sha256, bytes }) => ({ path, sha256, bytes })),
  });
  const make = (before: readonly Written[]) => Buffer.from(exportListText(signExportList(list(before), identity)));
  return [manifest, { path: EXPORT_LIST, make }];
}
