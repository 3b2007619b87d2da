import { type FileHandle, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  parseReceipt,
  ReceiptAudit,
  type ReceiptedHistory,
  type ReceiptFault,
  type ReceiptSource,
  type ReceiptsSummary,
} from '../../../shared/journal/receipts.ts';
import { isTornReceipt } from '../../../shared/journal/torn-line.ts';
import { fingerprintOf } from '../identity/fingerprint.ts';
import { openFile } from '../regular-file.ts';
import { sha256Text, signatureHolds } from './digest.ts';
import { JournalError, systemCode } from './journal-error.ts';
import { readLineBatches } from './lines.ts';
import { lineText } from './read-run.ts';

/** The receipts' file inside a run's folder. */
export function receiptsPath(folder: string): string {
  return join(folder, 'receipts.jsonl');
}

/** A person named receipts, and there are none at that place. */
export class NoReceiptsError extends Error {
  override readonly name = 'NoReceiptsError';
}

/** No receipt's line is longer, whatever its name is made of. */
const LONGEST = 16 * 1024;

/**
 * Holds a file of receipts against a history, line by line. `path` may be a run's folder, whose receipts are meant
 * then. Null when there is no such file.
 * @throws {NotAFile} where something else lies there.
 */
export async function auditReceipts(
  path: string,
  source: ReceiptSource,
  history: ReceiptedHistory,
): Promise<{ readonly summary: ReceiptsSummary; readonly faults: readonly ReceiptFault[] } | null> {
  const file = await openReceipts(path);
  if (file === null) return null;
  const audit = new ReceiptAudit(history, source, { sha256: sha256Text, signatureHolds }, fingerprintOf);
  try {
    let number = 0;
    for await (const lines of readLineBatches(file, LONGEST)) {
      for (const { bytes, complete } of lines) {
        number += 1;
        const text = lineText(bytes);
        // A copy may have lost its last newline; anything less than a whole receipt was torn by a crash.
        if (!complete && parseReceipt(text) === null && isTornReceipt(bytes.toString('latin1')))
          audit.torn(bytes.length);
        else audit.line(text, number);
      }
    }
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    audit.line(null, 0);
  } finally {
    await file.close();
  }
  return audit.end();
}

async function openReceipts(path: string): Promise<FileHandle | null> {
  try {
    const place = (await stat(path)).isDirectory() ? receiptsPath(path) : path;
    return (await openFile(place)).file;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null;
    throw error;
  }
}
