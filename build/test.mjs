/**
 * `npm test`: makes ready, builds, checks, and runs every test; the last line is `N passed, N failed`.
 * `node build/test.mjs --e2e [FILE…]` runs end-to-end tests only, on displays of their own.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.mjs';
import { ensureBundle } from './machine/bundle.mjs';
import { startDisplay } from './machine/display.mjs';
import { inRoot } from './machine/paths.mjs';
import { main, run, say } from './machine/run.mjs';
import { readPlaywright, readVitest } from './machine/test-report.mjs';
import { setup } from './setup.mjs';

const results = inRoot('test-results');
/** Playwright's projects, and how many apps of each at a time; off Linux there is one display, the person's. */
const endToEnd = [
  ['together', process.platform === 'linux' ? 2 : 1],
  ['alone', 1],
];
const nothing = { passed: 0, skipped: 0, failures: [] };
const failure = (test, why) => ({ ...nothing, failures: [{ test, why }] });

/** What a runner's report counted; a runner that failed without a failed test counts as one failure. */
function counted(runner, code, read) {
  let counts;
  try {
    counts = read();
  } catch (error) {
    return failure(runner, `It ended with ${code} and left no report that can be read: ${error.message}`);
  }
  if (code === 0 || counts.failures.length > 0) return counts;
  return { ...counts, failures: [{ test: runner, why: `It ended with ${code}, although no test failed.` }] };
}

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
  return counted('vitest', code, () => readVitest(report));
}

/** One of Playwright's projects, on as many displays as it has workers. */
async function endToEndTests(env, project, workers, files) {
  say(`\n— End to end in a real Electron, ${project} (Playwright)`);
  const report = join(results, `e2e-${project}.json`);
  const displays = await Promise.all(Array.from({ length: workers }, () => startDisplay()));
  try {
    const code = await run(
      process.execPath,
      [
        inRoot('node_modules/@playwright/test/cli.js'),
        'test',
        `--project=${project}`,
        // Files that were asked for may all belong to the other project.
        ...(files.length > 0 ? ['--pass-with-no-tests', ...files] : []),
      ],
      {
        env: {
          ...env,
          PLAYWRIGHT_JSON_OUTPUT_FILE: report,
          COUNTERSIGN_DISPLAYS: JSON.stringify(displays.map((display) => display.env)),
        },
      },
    );
    return counted(`Playwright, ${project}`, code, () => readPlaywright(report));
  } finally {
    for (const display of displays) display.stop();
  }
}

/** One phase's failures are counted, never the end of the others. */
async function phase(name, work) {
  try {
    return await work();
  } catch (error) {
    return failure(name, error?.message ?? String(error));
  }
}

async function allEndToEndTests(env, files = []) {
  const counts = [];
  for (const [project, workers] of endToEnd) {
    counts.push(await phase(`Playwright, ${project}`, () => endToEndTests(env, project, workers, files)));
  }
  const met = counts.some(({ passed, skipped, failures }) => passed + skipped + failures.length > 0);
  return met ? counts : [failure('Playwright', `No test is in ${files.join(', ')}.`)];
}

async function allTests(env) {
  say('— Build');
  const built = await phase('build', async () => {
    await ensureBundle();
    return nothing;
  });
  say('\n— Checks');
  const checked = await phase('checks', async () => ({ ...nothing, failures: await check() }));
  const unit = await phase('vitest', () => unitTests(env));
  if (built.failures.length > 0) return [built, checked, unit, failure('Playwright', 'There is no build to test.')];
  return [built, checked, unit, ...(await allEndToEndTests(env))];
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
      counts = await allEndToEndTests(env, files);
    } else {
      counts = await allTests(env);
    }
  } catch (error) {
    counts = [failure('setup', error?.message ?? String(error))];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const failures = counts.flatMap((count) => count.failures);
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  // Last, because that is what is left of a long output.
  if (failures.length > 0) say('\n— What failed');
  for (const { test, why } of failures) say(`\n${test}\n${why.replaceAll(/^/gm, '    ')}`);
  if (sum('skipped') > 0) say(`\n${sum('skipped')} tests were skipped.`);
  process.stdout.write(`\n${sum('passed')} passed, ${failures.length} failed\n`);
  return failures.length === 0 ? 0 : 1;
});
