import { z } from 'zod';
import { headSchema } from '../contract/events.ts';
import { limits } from '../contract/limits.ts';
import { statementHash } from '../people/statements.ts';
import { canonicalJson } from './canonical.ts';
import type { Sha256 } from './chain.ts';

/**
 * `export.json`: what lies in an exported run's folder beside the trail (reports, keys, the verifier), so that a change
 * of it is noticed as well. The journal cannot tell of it: it was over before the export.
 */

/** The list's name in the run's folder. */
export const EXPORT_LIST = 'export.json';

/** No list is longer: some dozens of files and a name. */
export const EXPORT_LIST_BYTES = 256 * 1024;

const fileSchema = z.strictObject({
  /** Relative to the run's folder, with `/`. */
  path: z.string().regex(/^(?!\.)[\w. -]{1,200}(\/(?!\.)[\w. -]{1,200}){0,4}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().min(0),
});

export const exportListSchema = z.strictObject({
  format: z.literal('countersign-export-1'),
  runId: z.string().min(1).max(limits.name),
  /** The journal's last record when it was exported. */
  ...headSchema.shape,
  at: z.iso.datetime({ precision: 3 }),
  files: z.array(fileSchema).max(1_000),
  /** Whose installation exported it; null where it has no key of its own. */
  signer: z
    .strictObject({
      name: z.string().min(1).max(255),
      publicKey: z.string().length(44),
      /** Ed25519 (base64) over the 64 characters of `exportStatementHash`. */
      signature: z.string().length(88),
    })
    .nullable(),
});
export type ExportList = z.infer<typeof exportListSchema>;
export type UnsignedExportList = Omit<ExportList, 'signer'>;

/** What the exporting installation signs: the hash of all of the list but the signature, its own name and key included. */
export function exportStatementHash(
  list: UnsignedExportList,
  { name, publicKey }: { readonly name: string; readonly publicKey: string },
  sha256: Sha256,
): string {
  const { format, runId, seq, hash, at, files } = list;
  return statementHash({ format, runId, seq, hash, at, files, name, publicKey }, sha256);
}

/** The file's text: canonical JSON and a newline. */
export function exportListText(list: ExportList): string {
  return `${canonicalJson(list)}\n`;
}

/** The text as a list, in the very bytes that one is written in; else null. */
export function parseExportList(text: string | null): ExportList | null {
  if (text === null) return null;
  try {
    const parsed = exportListSchema.safeParse(JSON.parse(text));
    return parsed.success && exportListText(parsed.data) === text ? parsed.data : null;
  } catch {
    return null;
  }
}
