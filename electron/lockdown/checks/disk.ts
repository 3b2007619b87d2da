import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatBytes } from '../../../shared/config/bytes.ts';
import { found } from '../../../shared/contract/check-table.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';

/** Room for journal and recordings, and that something can be written there at all. */
export async function checkDisk(folder: string): Promise<PreflightCheck> {
  try {
    const path = await nearest(folder);
    if (await readOnly(path)) return found('disk-read-only', { path: folder });
    const { bavail, bsize } = await statfs(path);
    const free = bavail * bsize;
    const params = { path: folder, free: formatBytes(free), needed: formatBytes(limits.diskFreeBytes) };
    return found(free >= limits.diskFreeBytes ? 'disk-enough' : 'disk-low', params);
  } catch (error) {
    return found('disk-unknown', { path: folder, reason: error instanceof Error ? error.message : String(error) });
  }
}

/** The folder, or the one in which it will be made. */
async function nearest(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      await access(path);
      return path;
    } catch (error) {
      if (!hasCode(error, 'ENOENT') || dirname(path) === path) throw error;
    }
  }
}

/** Asked of the system, because no mode bits tell it; another refusal (no permission) is not known to be this. */
async function readOnly(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return false;
  } catch (error) {
    if (hasCode(error, 'EROFS')) return true;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
