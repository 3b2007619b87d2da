import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildVerifier } from '../../build/machine/verifier.mjs';
import type { VerifyResult } from '../../electron/engine/journal/verify-run.ts';
import type { verifyAlone } from '../../electron/verify/stand-alone.ts';

/** The stand-alone verifier, bundled anew from the sources into a folder of its own. */
export interface BuiltVerifier {
  /** `verify.mjs`. */
  readonly path: string;
  /** Runs it within this process: its exit code and what it printed. */
  run(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  /** What it says of a run as JSON. */
  verify(
    folder: string,
    receipts?: string,
  ): Promise<VerifyResult & { readonly code: number; readonly sentence: string }>;
  remove(): Promise<void>;
}

/** Bundles the verifier and loads the bundle. */
export async function bundledVerifier(): Promise<BuiltVerifier> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-verifier-'));
  const path = join(folder, 'verify.mjs');
  await buildVerifier(path);
  const alone = ((await import(/* @vite-ignore */ pathToFileURL(path).href)) as { verifyAlone: typeof verifyAlone })
    .verifyAlone;
  const run: BuiltVerifier['run'] = async (...args) => {
    const printed = { out: '', err: '' };
    const stdout = (text: string) => {
      printed.out += text;
    };
    const stderr = (text: string) => {
      printed.err += text;
    };
    const code = await alone(args, { stdout, stderr, env: { LANG: 'C' }, cwd: folder });
    return { code, ...printed };
  };
  return {
    path,
    run,
    verify: async (of, receipts) => {
      const { code, out, err } = await run(of, '--json', ...(receipts === undefined ? [] : ['--receipts', receipts]));
      if (out === '') throw new Error(err);
      return { ...JSON.parse(out), code };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
