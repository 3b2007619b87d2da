/** `node build/verifier.mjs [FILE]`: builds the stand-alone verifier; the same sources always give the same bytes. */
import { resolve } from 'node:path';
import { main } from './machine/run.mjs';
import { buildVerifier, verifierPath } from './machine/verifier.mjs';

await main(async () => {
  const [file] = process.argv.slice(2);
  const path = file === undefined ? verifierPath : resolve(file);
  await buildVerifier(path);
  process.stdout.write(`${path}\n`);
  return 0;
});
