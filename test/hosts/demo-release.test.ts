import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { driveRun } from '../../electron/cli/drive-run.ts';
import { runRehearsal } from '../../electron/cli/rehearse.ts';
import { report } from '../../electron/cli/report.ts';
import { demoAnswers } from '../../electron/demo/answers.ts';
import { openDemo } from '../../electron/demo/open-demo.ts';
import { withoutServices } from '../../electron/demo/write-beside.ts';
import { loadChecklist } from '../../electron/engine/load-checklist.ts';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { renderReport } from '../../electron/report/render.ts';
import { resolvePlan } from '../../shared/checklist/resolve.ts';
import { demoEnvironments } from '../../shared/contract/demo.ts';
import type { ReportModel } from '../../shared/report/model.ts';
import type { HeadlessAnswers } from '../../shared/run/autopilot.ts';
import { Engine } from '../helpers/engine-kit.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-test-release-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs the whole demo release against its real hosts and gives its report. */
async function release(language: 'en' | 'zh', before: (root: string) => Promise<void> = async () => {}) {
  const demo = await openDemo({ folder: join(folder, 'demos'), language });
  try {
    await before(dirname(demo.checklist));
    const answersFile = join(folder, 'answers.yaml');
    await writeFile(answersFile, demoAnswers(language));
    const said = { out: '', err: '' };
    const code = await runRehearsal(
      { file: demo.checklist, environment: demoEnvironments.alone, answers: answersFile, json: false },
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
    return { code, said, run, html, json, model: JSON.parse(json) as ReportModel };
  } finally {
    await demo.close();
  }
}

test('the whole demo release runs to its end, with nothing to answer for', async () => {
  const { code, said, model } = await release('en');
  expect(said.err, said.err).not.toContain('failed');
  expect(model.exceptions).toEqual([]);
  expect(code).toBe(0);
  expect(model.result).toBe('completed');
  expect(model.counts.passed).toBe(model.steps.length);
  expect(model.hosts.map((host) => host.connections.length)).toEqual([1, 1]);
  // A first minute, not a first quarter of an hour.
  expect(model.durationMs).toBeLessThan(60_000);
});

test('so does the Chinese one where processes cannot be looked at and services are commands', async () => {
  const { code, said, model } = await release('zh', async (root) => {
    const checklist = join(root, 'trade-release.yaml');
    await writeFile(checklist, withoutServices(await readFile(checklist, 'utf8')));
  });
  expect(code, said.err).toBe(0);
  expect(model.result).toBe('completed');
  expect(model.counts.passed).toBe(model.steps.length);
});

test('mistakes made on the way are caught, and until the point of no return everything can be undone', async () => {
  const demo = await openDemo({ folder: join(folder, 'demos'), language: 'en' });
  try {
    const { checklist, files, problems } = await loadChecklist(demo.checklist, demoEnvironments.alone);
    if (checklist === null) throw new Error(JSON.stringify(problems));
    const plan = resolvePlan(checklist, demoEnvironments.alone);
    const place = { data: join(folder, 'data'), home: demo.home, source: demo.checklist };
    const engine = await Engine.create({ plan, files, ...place });
    const { contract: _, 'stop-gate': gate, ...answers } = parse(demoAnswers('en')) as HeadlessAnswers;
    const drive = (more: HeadlessAnswers = { 'stop-gate': gate ?? {} }) =>
      driveRun(engine.run, { ...answers, ...more }, systemClock, () => {});
    expect(await drive({})).toMatchObject({ type: 'stopped', why: 'needs-person', step: 'stop-gate~2' });

    // Both of what the user guide proposes.
    const root = dirname(demo.checklist);
    const parameters = join(root, 'app2/conf/app.properties');
    const right = await readFile(parameters, 'utf8');
    await writeFile(parameters, right.replace('sql.debug=false', 'sql.debug=true'));
    await appendFile(join(root, 'app1/logs/catalina.out'), 'java.lang.IllegalStateException: mine\n');
    expect(await drive()).toMatchObject({ type: 'stopped', why: 'failed', step: 'params~2', target: 'app2' });
    await writeFile(parameters, right);
    expect(await drive()).toMatchObject({ type: 'stopped', step: 'log', target: 'app1' });
    const [finding, ...others] = engine.lastAttempt('log').findings;
    expect(finding?.title).toContain('IllegalStateException');
    expect(others).toEqual([]);
    expect(engine.target('log', 'app2').status).toBe('passed');
    const judgement = { judgement: 'harmless', reason: 'I wrote it myself' } as const;
    await engine.submit({ type: 'judge', step: 'log', target: 'app1', finding: finding?.id ?? '', ...judgement });

    expect(await drive()).toMatchObject({ type: 'stopped', why: 'needs-person', step: 'contract' });
    const ping = async (host: string) => {
      const config = join(demo.home, '.ssh', 'config');
      return (await tool('ssh', ['-F', config, host, 'trade get /h5/ping'])).out;
    };
    expect(await ping('app2')).toContain('"version":"3.4.0"');

    await engine.submit({ type: 'begin-rollback', scope: 'run', reason: 'to see it', include: [] });
    expect(await drive()).toEqual({ type: 'ended' });
    expect(engine.state.result).toBe('rolled-back');
    for (const host of ['app1', 'app2']) expect(await ping(host)).toContain('"version":"3.3.2"');
    const undone = engine.state.plan.steps.filter((step) => step.origin === 'rollback');
    // The last host first, on each host the last write first; the database when no host needs its column any more.
    expect(undone.map((step) => `${step.undoes[0]?.split('~')[0]} ${step.targets}`)).toEqual([
      ...['start app2', 'upload app2', 'stop app2'],
      ...['start app1', 'upload app1', 'stop app1'],
      'schema desk',
    ]);
    expect(engine.lastAttempt(undone.at(-1)?.id ?? '', 'desk').verdict).toBe('passed');
    await engine.run.close('ended');
  } finally {
    await demo.close();
  }
});

const otherBuild = async (root: string) => {
  const war = join(root, 'trade-3.4.0.war');
  await writeFile(war, (await readFile(war, 'latin1')).replace('production', 'test      '), 'latin1');
};

test('a wrong build is stopped before anything is touched, in Chinese too', async () => {
  const { code, model, html } = await release('zh', otherBuild);
  expect(code).toBe(1);
  expect(model.steps[0]?.targets.map((target) => target.status)).toEqual(['failed']);
  expect(model.steps.slice(1).every((step) => step.targets.every((target) => target.attempts.length === 0))).toBe(true);
  expect(html).toContain('构建包正确无误');
  expect(html).toContain('第 1 次尝试失败');
});

/** One command to its end, as a shell would see it. */
function tool(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(file, args, { env, maxBuffer: 64 * 1024 * 1024, timeout: 100_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err });
    });
  });
}

test('the report of a run becomes JSON, HTML and a tagged Chinese PDF; anything else is refused', async () => {
  const { run, json, html } = await release('zh', otherBuild);
  const place = join(folder, 'out');
  await mkdir(place);
  const err: string[] = [];
  const io = {
    stdout: () => {},
    stderr: (text: string) => void err.push(text),
    env: { PATH: process.env['PATH'], LANG: 'zh_CN.UTF-8', HOME: folder },
    cwd: place,
  };
  expect(await report([run, '--out', 'r.json'], io)).toBe(0);
  expect(await readFile(join(place, 'r.json'), 'utf8')).toBe(json);
  expect(await report([run, '--out', 'r.html'], io)).toBe(0);
  expect(await readFile(join(place, 'r.html'), 'utf8')).toBe(html);
  // By its id, from the data folder.
  expect(await report([basename(run), '--data', join(folder, 'data'), '--out', 'again.html'], io)).toBe(0);
  expect(err).toEqual([]);

  const bad = [
    [run, '--out', 'r.docx'],
    [run],
    ['nothing-there', '--out', 'x.html'],
    [run, '--out', 'no/folder/x.html'],
  ];
  for (const args of bad) expect(await report(args, io)).toBe(2);
  expect(err).toHaveLength(4);
  expect((await readdir(place)).sort()).toEqual(['again.html', 'r.html', 'r.json']);

  const repository = join(import.meta.dirname, '../..');
  const pdf = join(place, 'r.pdf');
  const { DISPLAY: _none, WAYLAND_DISPLAY: _neither, ...headless } = process.env;
  const printed = await tool(
    process.execPath,
    [join(repository, 'build/countersign.mjs'), 'report', run, '--out', pdf],
    {
      ...headless,
      LANG: 'zh_CN.UTF-8',
    },
  );
  expect(printed, printed.err).toMatchObject({ code: 0 });
  const text = (await tool('pdftotext', ['-layout', pdf, '-'])).out;
  expect(text).toContain('构建包正确无误');
  expect(text).toContain('与计划的出入');
  expect(text).toMatch(/\b1 ?\/ ?\d+/);
  const info = (await tool('pdfinfo', [pdf])).out;
  expect(info).toMatch(/Tagged: +yes/);
  expect(info).toContain('交易核心 3.4.0 · demo');
  expect((await tool('qpdf', ['--qdf', '--object-streams=disable', pdf, '-'])).out).toContain('/Outlines');
  expect((await tool('qpdf', ['--check', pdf])).code).toBe(0);
});

test('no report is made of a journal that was changed', async () => {
  const { run } = await release('en', otherBuild);
  const journal = join(run, 'journal.jsonl');
  await writeFile(journal, (await readFile(journal, 'utf8')).replace('"app1"', '"app7"'));
  const err: string[] = [];
  const io = { stdout: () => {}, stderr: (text: string) => void err.push(text), env: { HOME: folder }, cwd: folder };
  expect(await report([run, '--out', 'x.html'], io)).toBe(2);
  expect(err.join('')).toContain('cannot be trusted');
});
