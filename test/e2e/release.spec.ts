import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type LaunchedApp, launchApp, temporaryHome } from '../helpers/electron-app.ts';
import { Operator } from '../helpers/electron-operator.ts';

const place = temporaryHome();
test.afterAll(() => place.remove());

/** The save dialog as if the person had chosen `path`. */
async function chooseInSaveDialog({ app }: LaunchedApp, path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = (() =>
      Promise.resolve({ canceled: false, filePath: chosen })) as typeof dialog.showSaveDialog;
  }, path);
}

const languages = [
  {
    language: 'en',
    env: { LANG: 'en_US.UTF-8', LANGUAGE: 'en' },
    open: 'Open the demo release',
    alone: 'Alone',
    save: /^(Save|另存为) PDF/,
    words: ['Trade core 3.4.0', 'Replace the build', 'Stop trade', 'Nothing new in the log', 'passed'],
  },
  {
    language: 'zh',
    env: { LANG: 'zh_CN.UTF-8', LANGUAGE: 'zh_CN:zh' },
    open: /演示/,
    alone: '独自执行',
    save: /^(Save|另存为) PDF/,
    words: ['3.4.0', '判定', '日志'],
  },
] as const;

for (const { language, env, open, alone, save, words } of languages) {
  test(`the demo release is worked from the home screen to its PDF (${language})`, async () => {
    const data = join(place.home, `data-${language}`);
    const launched = await launchApp({ home: place.home, args: ['--data', data], env });
    const { page } = launched;
    try {
      await page.getByRole('button', { name: open }).click();
      await page.getByRole('button', { name: alone }).click();
      const operator = new Operator(page);
      await operator.workThrough();

      await expect(page.locator('.verify')).toHaveClass(/is-intact/);
      const pdf = join(place.home, `${language}.pdf`);
      await chooseInSaveDialog(launched, pdf);
      await page.getByRole('button', { name: save }).click();
      await expect.poll(() => existsSync(pdf), { timeout: 60_000 }).toBe(true);

      const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
      for (const word of words) expect(text).toContain(word);
      const [runId] = readdirSync(join(data, 'runs'));
      const journal = readFileSync(join(data, 'runs', runId ?? '', 'journal.jsonl'), 'utf8')
        .trimEnd()
        .split('\n');
      const head = JSON.parse(journal.at(-1) ?? '{}') as { readonly hash: string; readonly type: string };
      expect(head.type).toBe('session-closed');
      expect(text.replace(/\s/g, '')).toContain(head.hash);
      const information = execFileSync('pdfinfo', [pdf], { encoding: 'utf8' });
      expect(information).toMatch(/Tagged:\s+yes/);
      expect(text).toMatch(/1 ?\/ ?\d/);
    } finally {
      await launched.close();
    }
  });
}
