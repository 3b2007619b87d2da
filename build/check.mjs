/** `npm run check`: types, lint and format, the dependency rule, dead code. */
import { fileURLToPath } from 'node:url';
import { checkNode, ensureDependencies } from './machine/dependencies.mjs';
import { inRoot } from './machine/paths.mjs';
import { collect, main, say } from './machine/run.mjs';

const tool = (path) => inRoot(`node_modules/${path}`);
const types = (wing) => ({ name: `types of ${wing}`, args: [tool('typescript/bin/tsc'), '-p', wing] });

const checks = [
  types('shared'),
  types('electron'),
  types('renderer'),
  types('test'),
  { name: 'lint and format', args: [tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'] },
  {
    name: 'dependency rule',
    args: [
      tool('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      'shared',
      'electron',
      'renderer',
    ],
    judge: sawModules,
  },
  { name: 'dead code', args: [tool('knip/bin/knip.js'), '--no-progress'] },
];

/** A cruise that found nothing to look at would always be clean: it must have seen modules. */
function sawModules(output) {
  const seen = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0);
  return seen > 0 ? null : 'dependency-cruiser looked at no module at all; its rule would prove nothing.';
}

async function perform({ name, args, judge }) {
  const started = performance.now();
  const { code, output } = await collect(process.execPath, args, { env: { ...process.env, NO_COLOR: '1' } });
  const complaint = code === 0 && judge !== undefined ? judge(output) : null;
  const ok = code === 0 && complaint === null;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`${ok ? '  ok    ' : '  FAILED'}  ${name} (${seconds} s)`);
  if (ok) return [];
  const why = complaint ?? output.trimEnd();
  say(why);
  return [{ test: name, why }];
}

/** Runs all checks, two at a time; gives those that failed as `{ test, why }`. */
export async function check() {
  const waiting = [...checks];
  const failures = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      failures.push(...(await perform(next)));
  };
  await Promise.all([worker(), worker()]);
  return failures;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    checkNode();
    ensureDependencies();
    const { length: failed } = await check();
    say(failed === 0 ? 'All checks passed.' : `${failed} of ${checks.length} checks failed.`);
    return failed === 0 ? 0 : 1;
  });
}
