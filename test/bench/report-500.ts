import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderReport } from '../../electron/report/render.ts';
import { electronExecutable, electronSwitches, environmentFor, temporaryHome } from '../helpers/electron-app.ts';
import { reportStory } from '../helpers/report-story.ts';
import { type Bench, median } from './bench.ts';

const root = process.cwd();
const rounds = 3;
const goal = 1.3;

/** Milliseconds until a command has ended well. */
function timeOf(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    execFile(file, args, { env, timeout: 300_000 }, (error) => {
      if (error === null) resolve(performance.now() - began);
      else reject(error);
    });
  });
}

/** From the journal of 500 steps to its PDF on disk, against Electron printing the very same HTML. */
export const report500: Bench = {
  name: 'report-500',
  goal: `<= ${goal}`,
  async run() {
    const home = temporaryHome();
    const folder = mkdtempSync(join(tmpdir(), 'bench-report-'));
    try {
      const run = join(folder, 'run');
      mkdirSync(run);
      writeFileSync(join(run, 'journal.jsonl'), reportStory(500).text);
      const page = join(folder, 'page.html');
      writeFileSync(page, (await renderReport(run, { language: 'en' })).html);
      const env = { ...environmentFor(home.home), LANG: 'en_US.UTF-8', LC_ALL: '', LC_MESSAGES: '' };
      const times = { ours: [] as number[], print: [] as number[] };
      // Round 0 fills the caches of the system for both and is not counted.
      for (let round = 0; round <= rounds; round += 1) {
        const printed = join(folder, `print-${round}.pdf`);
        const alone = [root, ...electronSwitches(), '--print-to-pdf', page, printed];
        const print = await timeOf(electronExecutable(), alone, env);
        const cli = [join(root, 'out/main/cli.js'), 'report', run, '--out', join(folder, `ours-${round}.pdf`)];
        const ours = await timeOf(process.execPath, cli, env);
        if (round === 0) continue;
        times.print.push(print);
        times.ours.push(ours);
      }
      const [ours, print] = [median(times.ours), median(times.print)];
      const detail = `journal to PDF ${ours.toFixed(0)} ms, printToPDF of the same HTML ${print.toFixed(0)} ms (500 steps, median of ${rounds}, in turn)`;
      return { ratio: ours / print, holds: ours / print <= goal, detail };
    } finally {
      rmSync(folder, { recursive: true, force: true });
      home.remove();
    }
  },
};
