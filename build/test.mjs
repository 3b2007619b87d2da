/**
 * `npm test`: makes ready, builds, checks, and runs every test; the last line is `N passed, N failed`.
 * `node build/test.mjs --e2e [FILE…]` runs end-to-end tests only, on a display of their own.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.mjs';
import { ensureBundle } from './machine/bundle.mjs';
import { startDisplay } from './machine/display.mjs';
import { inRoot } from './machine/paths.mjs';
import { main, run, say } from './machine/run.mjs';
import { setup } from './setup.mjs';

const results = inRoot('test-results');
const nothing = { passed: 0, failed: 0, skipped: 0 };

/** What a runner's report counted; a runner that failed without a failed test counts as one failure. */
function counted(code, read) {
  let counts = nothing;
  try {
    counts = read();
  } catch {
    // No report: the runner did not get that far, which its exit code says.
  }
  const silent = code !== 0 && counts.failed === 0;
  return silent ? { ...counts, failed: 1 } : counts;
}

const readJson = (name) => JSON.parse(readFileSync(join(results, name), 'utf8'));

async function unitTests(env) {
  say('\n— Unit tests and tests against real servers (vitest)');
  const report = join(results, 'vitest.json');
  const code = await run(
    process.execPath,
    [
      inRoot('node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { env },
  );
  return counted(code, () => {
    const json = readJson('vitest.json');
    const silentFiles = json.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
    );
    return {
      passed: json.numPassedTests,
      failed: json.numFailedTests + silentFiles.length,
      skipped: json.numPendingTests + json.numTodoTests,
    };
  });
}

async function endToEndTests(env, files = []) {
  say('\n— End to end in a real Electron (Playwright)');
  const display = await startDisplay();
  try {
    const code = await run(process.execPath, [inRoot('node_modules/@playwright/test/cli.js'), 'test', ...files], {
      env: { ...env, ...display.env },
    });
    return counted(code, () => {
      const { stats } = readJson('e2e.json');
      return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
    });
  } finally {
    display.stop();
  }
}

/** One phase's failures are counted, never the end of the others. */
async function phase(work) {
  try {
    return await work();
  } catch (error) {
    say(error?.message ?? String(error));
    return { ...nothing, failed: 1 };
  }
}

async function allTests(env) {
  say('— Build');
  const built = await phase(async () => {
    await ensureBundle();
    return nothing;
  });
  say('\n— Checks');
  const checked = await phase(async () => ({ ...nothing, failed: await check() }));
  const unit = await phase(() => unitTests(env));
  const endToEnd = built.failed > 0 ? { ...nothing, failed: 1 } : await phase(() => endToEndTests(env));
  return [built, checked, unit, endToEnd];
}

await main(async () => {
  const [only, ...files] = process.argv.slice(2);
  // The person's own home is out of reach of every test, even of a careless one.
  const home = mkdtempSync(join(tmpdir(), 'countersign-test-home-'));
  let counts;
  try {
    await setup({ forTests: true });
    rmSync(results, { recursive: true, force: true });
    mkdirSync(results, { recursive: true });
    const env = { ...process.env, HOME: home, USERPROFILE: home };
    for (const name of Object.keys(env)) if (name.startsWith('XDG_')) delete env[name];
    if (only === '--e2e') {
      await ensureBundle();
      counts = [await endToEndTests(env, files)];
    } else {
      counts = await allTests(env);
    }
  } catch (error) {
    say(error?.message ?? String(error));
    counts = [{ ...nothing, failed: 1 }];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  if (sum('skipped') > 0) say(`\n${sum('skipped')} tests were skipped.`);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') === 0 ? 0 : 1;
});
