import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { VerifyResult } from '../../electron/engine/journal/verify-run.ts';
import type { verifyAlone } from '../../electron/verify/stand-alone.ts';

/** What neither has types nor is bundled: imported by its path, and said here what it is. */
const untyped = (path: string) =>
  import(/* @vite-ignore */ pathToFileURL(join(import.meta.dirname, '..', '..', path)).href);

/** Builds the stand-alone verifier into a file. */
export const buildVerifier = async (path: string): Promise<void> =>
  (await untyped('build/machine/verifier.mjs')).buildVerifier(path);

type IndependentVerify = (
  folder: string,
  given?: string | null,
) => { readonly integrity: 'intact' | 'altered'; readonly complete: boolean; readonly why: string | null };

/** The verifier that was written from the document alone (`independent-verify.mjs`). */
export const { independentVerify } = (await untyped('test/helpers/independent-verify.mjs')) as {
  independentVerify: IndependentVerify;
};

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
