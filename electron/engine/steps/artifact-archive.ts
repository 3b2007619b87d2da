import type { FileHandle } from 'node:fs/promises';
import { readTar } from './artifact-tar.ts';
import { readZip, readZipIn } from './artifact-zip.ts';

/** Bytes of one file inside an archive that may be looked at; a configuration file is never larger. */
export const mostInside = 8 * 1024 * 1024;
/** Bytes of an archive inside an archive, which has to be held in memory. */
const mostNested = 128 * 1024 * 1024;
/** How deep archives inside archives are followed. */
const mostNesting = 3;

/** What stands under one name in an archive. */
export type Inside =
  | { readonly type: 'file'; readonly bytes: Buffer }
  | { readonly type: 'missing' }
  /** Two files of this name: which of them counts depends on the program that reads it. */
  | { readonly type: 'twice' }
  | { readonly type: 'no-file' }
  | { readonly type: 'too-large'; readonly bytes: number };

/** Looks into one archive for files by name, none larger than `most`. Rejects when the archive cannot be read. */
export type LookInside = (wanted: ReadonlyMap<string, number>) => Promise<ReadonlyMap<string, Inside>>;

/**
 * Looks into a zip (war, jar, ear), a tar or a tar.gz for files by path; `lib/x.jar!/META-INF/MANIFEST.MF` looks into
 * an archive inside it. Only the wanted files are read into memory.
 * @throws what the archive has against being read, or the signal's reason.
 */
export async function lookInside(
  file: FileHandle,
  paths: readonly string[],
  cancelled: AbortSignal,
): Promise<ReadonlyMap<string, Inside>> {
  const head = Buffer.alloc(512);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  const kind = kindOf(head.subarray(0, bytesRead));
  return await look(kind === 'zip' ? readZip(file, cancelled) : readTar(file, kind === 'gzip', cancelled), paths, 1);

  async function look(archive: LookInside, wanted: readonly string[], depth: number) {
    const found = new Map<string, Inside>();
    const nested = new Map<string, string[]>();
    const names = new Map<string, number>();
    for (const path of wanted) {
      const at = path.indexOf('!/');
      const outer = at === -1 ? path : path.slice(0, at);
      names.set(outer, Math.max(names.get(outer) ?? 0, at === -1 ? mostInside : mostNested));
      if (at !== -1) nested.set(outer, [...(nested.get(outer) ?? []), path.slice(at + 2)]);
    }
    const here = await archive(names);
    for (const path of wanted) {
      if (!path.includes('!/')) found.set(path, here.get(path) ?? { type: 'missing' });
    }
    for (const [outer, inner] of nested) {
      const holder = here.get(outer) ?? { type: 'missing' };
      const inside =
        holder.type === 'file' && depth < mostNesting
          ? await look(readZipIn(holder.bytes, cancelled), inner, depth + 1)
          : null;
      for (const path of inner) found.set(`${outer}!/${path}`, inside?.get(path) ?? withoutBytes(holder));
    }
    return found;
  }
}

function withoutBytes(holder: Inside): Inside {
  return holder.type === 'file' ? { type: 'missing' } : holder;
}

/** By its first bytes, whatever its name: gzip's two, tar's word at 257 (POSIX and GNU); all else is left to zip. */
function kindOf(head: Buffer): 'zip' | 'gzip' | 'tar' {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head.subarray(257, 262).toString('latin1') === 'ustar' ? 'tar' : 'zip';
}
