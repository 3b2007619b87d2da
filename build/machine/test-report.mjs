/** What the two runners' JSON reports say: `{ passed, skipped, failures: [{ test, why }] }`. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { inRoot } from './paths.mjs';

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const named = (file, ...titles) => [relative(inRoot('.'), file), ...titles].filter(Boolean).join(' › ');
const whyLines = 12;
/** The beginning of what a runner has to say of a failure. */
const why = (message) =>
  stripVTControlCharacters(message ?? '')
    .trim()
    .split('\n')
    .slice(0, whyLines)
    .join('\n');

/** Vitest's JSON report; a file that failed without a failed test counts as one. */
export function readVitest(path) {
  const json = readJson(path);
  const failures = json.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [{ test: named(name), why: why(message) }];
    return failed.map((test) => ({
      test: named(name, ...test.ancestorTitles, test.title),
      why: why(test.failureMessages?.[0]),
    }));
  });
  return {
    passed: json.numPassedTests,
    skipped: json.numPendingTests + json.numTodoTests,
    failures,
  };
}

/** Playwright's JSON report; what belongs to no test (a file that cannot be read) counts as well. */
export function readPlaywright(path) {
  const { stats, suites, config, errors } = readJson(path);
  const specs = (suite) => [...suite.specs, ...(suite.suites ?? []).flatMap(specs)];
  const file = (name) => named(join(config.rootDir, name));
  const failed = suites.flatMap((suite) =>
    specs(suite)
      .filter((spec) => !spec.ok)
      .map(({ title, tests }) => ({
        test: `${file(suite.file)} › ${title}`,
        why: why(tests.flatMap((test) => test.results).find((result) => result.error)?.error.message),
      })),
  );
  const failures = [...failed, ...errors.map(({ message }) => ({ test: 'Playwright', why: why(message) }))];
  return { passed: stats.expected + stats.flaky, skipped: stats.skipped, failures };
}
