import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runRehearsal } from '../../electron/cli/rehearse.ts';
import { DEMO_ENVIRONMENT, openDemo } from '../../electron/demo/open-demo.ts';
import { renderReport } from '../../electron/report/render.ts';
import type { ReportModel } from '../../shared/report/model.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-test-release-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs the whole demo release against its real hosts and gives its report. */
async function release(
  language: 'en' | 'zh',
  answers: string,
  before: (root: string) => Promise<void> = async () => {},
) {
  const demo = await openDemo({ folder: join(folder, 'demos'), language });
  try {
    await before(dirname(demo.checklist));
    const answersFile = join(folder, 'answers.yaml');
    await writeFile(answersFile, answers);
    const said = { out: '', err: '' };
    const code = await runRehearsal(
      { file: demo.checklist, environment: DEMO_ENVIRONMENT, answers: answersFile, json: false },
      { home: demo.home, data: join(folder, 'data') },
      {
        stdout: (text) => {
          said.out += text;
        },
        stderr: (text) => {
          said.err += text;
        },
        env: { PATH: process.env['PATH'], LANG: 'C' },
        cwd: folder,
      },
    );
    const run = said.out.trim();
    const { html, json } = await renderReport(run, { language });
    return { code, said, html, model: JSON.parse(json) as ReportModel };
  } finally {
    await demo.close();
  }
}

const byHand = (where: string) =>
  `announce: { done: true, evidence: { where: ${where} } }\nphone: { done: true }\ndone: { done: true }\n`;

test('the whole demo release runs to its end without one exception to the plan', async () => {
  const { code, said, model } = await release('en', byHand('duty group'));
  expect(said.err, said.err).not.toContain('failed');
  expect(model.exceptions).toEqual([]);
  expect(code).toBe(0);
  expect(model.result).toBe('completed');
  expect(model.counts.passed).toBe(model.steps.length);
  expect(model.hosts.map((host) => host.connections.length)).toEqual([1, 1]);
  const log = model.steps.find((step) => step.id === 'log');
  expect(log?.targets[0]?.attempts[0]?.recording?.tail).toContain('0 new exceptions');
  // A first minute, not a first quarter of an hour.
  expect(model.durationMs).toBeLessThan(60_000);
});

test('a wrong build is stopped before anything is touched, in Chinese too', async () => {
  const { code, model, html } = await release('zh', byHand('值班群'), (root) =>
    writeFile(
      join(root, 'app2', 'incoming', 'trade-3.4.0.war'),
      'Implementation-Version: 3.4.0\nBuild-Profile: test\n',
    ),
  );
  expect(code).toBe(1);
  expect(model.steps[0]?.targets.map((target) => target.status)).toEqual(['passed', 'failed']);
  expect(model.steps.slice(1).every((step) => step.targets.every((target) => target.attempts.length === 0))).toBe(true);
  expect(html).toContain('构建包正确无误');
  expect(html).toContain('第 1 次尝试失败');
});
