import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalRecord } from '../../../shared/contract/events.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { type ChainFault, checkLine, FIRST_LINK, type Link } from '../../../shared/journal/chain.ts';
import { NotAFile, openFile } from '../regular-file.ts';
import { sha256Text } from './digest.ts';
import { JournalError, systemCode } from './journal-error.ts';
import { readLineBatches } from './lines.ts';

/** The journal's file inside a run's folder. */
export function journalPath(folder: string): string {
  return join(folder, 'journal.jsonl');
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A line's text, or null when it is not UTF-8. */
export function lineText(bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** What was found at one place of the journal. */
export type ChainStep =
  | { readonly type: 'record'; readonly record: JournalRecord; readonly bytes: number }
  | { readonly type: 'torn'; readonly tail: Buffer; readonly link: Link }
  | { readonly type: 'fault'; readonly fault: ChainFault };

/** Checks one raw line against the link before it. */
export function checkBytes(link: Link, bytes: Buffer): ReturnType<typeof checkLine> {
  const text = lineText(bytes);
  if (text !== null) return checkLine(link, text, sha256Text);
  const fault: ChainFault = {
    code: 'not-json',
    line: link.line,
    seq: null,
    type: null,
    expectedSeq: link.seq,
    detail: 'The bytes are not UTF-8.',
  };
  return { ok: false, fault };
}

/**
 * Walks the chain of an open journal in batches: records one by one, then at most one `torn` or `fault`, which ends
 * the walk. Memory is bounded by the longest line.
 */
export async function* walkChain(file: FileHandle): AsyncGenerator<readonly ChainStep[]> {
  let link = FIRST_LINK;
  for await (const lines of readLineBatches(file, limits.recordBytes)) {
    const steps: ChainStep[] = [];
    for (const { bytes, complete } of lines) {
      if (!complete) {
        steps.push({ type: 'torn', tail: bytes, link });
        continue;
      }
      const checked = checkBytes(link, bytes);
      if (!checked.ok) {
        steps.push({ type: 'fault', fault: checked.fault });
        yield steps;
        return;
      }
      steps.push({ type: 'record', record: checked.record, bytes: bytes.length + 1 });
      link = checked.next;
    }
    yield steps;
  }
}

/** Opens a run's journal for reading. Throws JournalError `missing`, `not-a-file`. */
export async function openForReading(folder: string): Promise<FileHandle> {
  try {
    return (await openFile(journalPath(folder))).file;
  } catch (error) {
    if (error instanceof NotAFile)
      throw new JournalError('not-a-file', `The journal in ${folder} is no regular file.`, { cause: error });
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') {
      throw new JournalError('missing', `There is no journal in ${folder}.`, { cause: error });
    }
    throw error;
  }
}

/** The error of a broken chain, naming the first bad record. */
export function alteredError(fault: ChainFault): JournalError {
  return new JournalError('altered', `Line ${fault.line} of the journal is bad (${fault.code}): ${fault.detail}`, {
    fault,
  });
}

/**
 * Every record of a run, in order, each checked against the chain. A torn last line is left out (it never counted);
 * a run that is being written may be read at the same time. Throws JournalError `missing`, `not-a-file`, `altered`.
 */
export async function* readRecords(folder: string): AsyncGenerator<JournalRecord> {
  const file = await openForReading(folder);
  try {
    for await (const steps of walkChain(file)) {
      for (const step of steps) {
        if (step.type === 'fault') throw alteredError(step.fault);
        if (step.type === 'record') yield step.record;
      }
    }
  } finally {
    await file.close();
  }
}

/** The first record (the frozen plan) without reading the rest, for lists. Throws JournalError `missing`, `not-a-file`, `empty`, `altered`. */
export async function readHead(folder: string): Promise<JournalRecord & { type: 'run-created' }> {
  for await (const record of readRecords(folder)) {
    if (record.type === 'run-created') return record;
    break;
  }
  throw new JournalError('empty', `The journal in ${folder} has no first record.`);
}
