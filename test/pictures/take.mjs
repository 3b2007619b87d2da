import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';

// `node test/pictures/take.mjs FOLDER [SCENE…]` takes a picture of each scene with the system's Chromium.
// ONLY=en-light-1280,zh-dark-1280 chooses the variants.
const [folder = 'pictures', ...wanted] = process.argv.slice(2);
const sizes = [
  { width: 1024, height: 700 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const only = (process.env.ONLY ?? 'en-light-1280,zh-dark-1280,en-dark-1920,zh-light-1920').split(',');

mkdirSync(folder, { recursive: true });
const server = await createServer({
  configFile: false,
  root: import.meta.dirname,
  plugins: [react()],
  logLevel: 'error',
  server: { port: 0, fs: { allow: [resolve(import.meta.dirname, '../..')] }, watch: null, hmr: false },
});
await server.listen();
const { scenes } = await server.ssrLoadModule('/scenes.ts');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });

async function take(name, language, theme, viewport) {
  const page = await browser.newPage({ viewport, colorScheme: theme });
  page.on('console', (message) => message.type() === 'error' && console.log(name, message.text()));
  page.on('pageerror', (error) => console.log(name, error.message));
  await page.goto(`${server.resolvedUrls.local[0]}?scene=${name}&language=${language}&theme=${theme}`);
  for (const act of scenes[name].press) {
    if (act.startsWith('type ')) await page.keyboard.type(act.slice(5));
    else if (act.startsWith('hold ')) {
      await page.locator(act.slice(5)).first().hover();
      await page.mouse.down();
    } else await page.locator(act).first().click();
  }
  // The parts of a screen are loaded when they are first needed; on a busy machine that takes a while.
  await page.waitForTimeout(300);
  await page.locator('main').first().waitFor();
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(folder, `${name}-${language}-${theme}-${viewport.width}.png`) });
  await page.close();
}

for (const name of wanted.length > 0 ? wanted : Object.keys(scenes)) {
  for (const language of ['en', 'zh']) {
    for (const theme of ['light', 'dark']) {
      for (const viewport of sizes) {
        if (!only.includes(`${language}-${theme}-${viewport.width}`)) continue;
        await take(name, language, theme, viewport).catch((error) => console.log(name, error.message.split('\n')[0]));
      }
    }
  }
}
await browser.close();
await server.close();
