import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemCode } from '../engine/journal/journal-error.ts';

/**
 * Where the verifier lies as seen from this code: bundled as `out/main/*.js` or `out/main/chunks/*.js` (in the packaged
 * app inside its archive, which Electron reads as a folder), or run from its source.
 */
const places = ['../verify', '../../verify', '../../out/verify'];

/**
 * The stand-alone verifier (`verify.mjs`, see `electron/verify/stand-alone.ts`) as the build made it, to be put into an
 * exported run. Rejects where this app was built without it.
 */
export async function standAloneVerifier(): Promise<Buffer> {
  for (const place of places) {
    try {
      return await readFile(resolve(import.meta.dirname, place, 'verify.mjs'));
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
    }
  }
  throw new Error('The stand-alone verifier was not built; "node build/verifier.mjs" builds it.');
}
