import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inRoot, root } from './paths.mjs';

/** Where the build leaves the stand-alone verifier. */
export const verifierPath = inRoot('out/verify/verify.mjs');

/** What a reader of the file is told first. */
function header(version) {
  return `#!/usr/bin/env node
/*
 * verify.mjs: the stand-alone verifier of Countersign ${version}, MIT licence.
 *
 *   node verify.mjs FOLDER [--receipts FILE] [--json]
 *
 * FOLDER is the folder of one run, the one that holds journal.jsonl. FILE is the checker's own receipts.jsonl, from
 * the checker's computer: the copy in the folder came from the operator. Exit code 0: intact and complete; 2: altered;
 * 3: intact as far as it goes, but incomplete. It needs Node 20.12 or later and nothing else: it opens no connection,
 * starts no program and writes no file. The sentences are Chinese where LANG begins with zh, English elsewhere.
 *
 * Whoever altered a run could have altered the verifier that lies beside it. So do not rest on this copy, and not on
 * a checksum that came the same way either:
 *   1. take the sources of Countersign ${version} from where you trust them, run "npm ci --ignore-scripts" and
 *      "node build/verifier.mjs MINE.mjs" there, and compare: "cmp MINE.mjs verify.mjs" says nothing when they are equal;
 *   2. or read this file: it is the app's own code, put together and not shortened. It ends with the entry;
 *   3. or write your own: docs/audit-format.md of the sources describes every rule, and a first check of the chain in
 *      twelve lines.
 */`;
}

/** Bundles the stand-alone verifier: the app's own rules in one readable file that imports nothing but Node. */
export async function buildVerifier(path = verifierPath) {
  const vite = await import('vite');
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const built = await vite.build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node20',
      minify: false,
      write: false,
      rolldownOptions: {
        input: { verify: inRoot('electron/verify/stand-alone.ts') },
        output: { format: 'es', codeSplitting: false, banner: header(version) },
      },
    },
  });
  const [{ output }] = [built].flat();
  const [chunk, ...more] = output;
  const foreign = chunk.imports.filter((name) => !name.startsWith('node:'));
  if (more.length > 0 || foreign.length > 0)
    throw new Error(
      `The stand-alone verifier does not stand alone: ${[...more.map((one) => one.fileName), ...foreign]}`,
    );
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, chunk.code);
}
