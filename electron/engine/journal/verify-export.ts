import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  EXPORT_LIST,
  EXPORT_LIST_BYTES,
  type ExportList,
  exportStatementHash,
  parseExportList,
} from '../../../shared/journal/export-list.ts';
import type { VerifyFinding } from '../../../shared/journal/finding.ts';
import { fingerprintOf } from '../identity/fingerprint.ts';
import { NotAFile, readAtMost, withFile } from '../regular-file.ts';
import { sha256Text, signatureHolds } from './digest.ts';
import { systemCode } from './journal-error.ts';
import { lineText } from './read-run.ts';
import { sealFile } from './seal.ts';
import { tornFiles } from './torn.ts';
import { leadsElsewhere } from './verify-files.ts';

/** Holds the files that lie beside an exported run's trail against the list that was exported with them. */

type Found = Omit<VerifyFinding, 'at'>;

/** The history that the list says it was exported from. */
export interface ExportedHistory {
  /** Null when not even the first record can be read. */
  readonly runId: string | null;
  hashAt(seq: number): string | null;
  readonly records: number;
  /** False when the chain breaks off. */
  readonly whole: boolean;
}

const altered = (code: string, params: Readonly<Record<string, string>> = {}): Found => ({
  ...{ severity: 'altered', code, params },
});

/** What is to say of an exported run's other files; nothing where the run's folder holds no list. */
export async function auditExport(folder: string, history: ExportedHistory): Promise<readonly Found[]> {
  const list = await readList(folder);
  if (list === null) return [];
  if ('code' in list) return [list];
  const found = [...historyFindings(list, history), ...signerFindings(list)];
  for (const file of list.files) {
    const wrong = await checkFile(folder, file);
    if (wrong !== null) found.push(wrong);
  }
  for (const path of await unlisted(folder, list))
    found.push({ severity: 'note', code: 'export-unlisted', params: { path } });
  return found;
}

/** The list, or what is wrong with it; null where there is none. */
async function readList(folder: string): Promise<ExportList | Found | null> {
  try {
    return await withFile(join(folder, EXPORT_LIST), async (file, size) => {
      const text = size > EXPORT_LIST_BYTES ? null : lineText(await readAtMost(file, EXPORT_LIST_BYTES));
      return parseExportList(text) ?? altered('export-unreadable');
    });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null;
    if (error instanceof NotAFile) return altered('not-a-file', { path: EXPORT_LIST });
    throw error;
  }
}

function historyFindings({ runId, seq, hash }: ExportList, history: ExportedHistory): readonly Found[] {
  if (history.runId !== null && runId !== history.runId) return [altered('export-other-run', { run: runId })];
  const here = history.hashAt(seq);
  if (here !== null) return here === hash ? [] : [altered('export-other-history', { seq: String(seq) })];
  const params = { seq: String(seq), records: String(history.records) };
  return history.whole ? [{ severity: 'incomplete', code: 'export-cut', params }] : [];
}

function signerFindings({ signer, ...list }: ExportList): readonly Found[] {
  const files = String(list.files.length);
  if (signer === null) return [{ severity: 'note', code: 'export-unsigned', params: { files } }];
  const { name, publicKey, signature } = signer;
  const holds = signatureHolds(publicKey, exportStatementHash(list, signer, sha256Text), signature);
  if (!holds) return [altered('export-forged', { name })];
  return [{ severity: 'note', code: 'export-signed', params: { files, name, fingerprint: fingerprintOf(publicKey) } }];
}

async function checkFile(folder: string, file: ExportList['files'][number]): Promise<Found | null> {
  const params = { path: file.path };
  try {
    if (await leadsElsewhere(folder, file.path)) return altered('export-changed', params);
    const now = await sealFile(folder, file.path);
    return now.bytes === file.bytes && now.sha256 === file.sha256 ? null : altered('export-changed', params);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return altered('export-missing', params);
    if (error instanceof NotAFile) return altered('not-a-file', params);
    return altered('file-unreadable', { ...params, cause: error instanceof Error ? error.message : String(error) });
  }
}

const partOfTrail: ReadonlySet<string> = new Set([
  ...['journal.jsonl', 'journal.lock', 'receipts.jsonl', 'link.json', 'checklist', 'output', 'evidence', EXPORT_LIST],
]);

/** What lies in the run's folder and is neither of the trail nor on the list. */
async function unlisted(folder: string, { files }: ExportList): Promise<readonly string[]> {
  const known = new Set([...partOfTrail, ...(await tornFiles(folder)), ...files.map(({ path }) => path.split('/')[0])]);
  return (await readdir(folder))
    .filter((name) => !known.has(name))
    .sort()
    .slice(0, 20);
}
