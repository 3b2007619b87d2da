import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type LaunchedApp, launchApp, temporaryHome } from '../helpers/electron-app.ts';

/** A web server that writes down who came: nobody may. */
let outside: Server;
let address = '';
const visits: string[] = [];
let launched: LaunchedApp;
let page: Page;
const place = temporaryHome();

test.beforeAll(async () => {
  outside = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.setHeader('access-control-allow-origin', '*');
    response.end('<title>outside</title>');
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`;
  launched = await launchApp({ home: place.home, args: ['--data', join(place.home, 'data')] });
  page = launched.page;
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Countersign');
});

test.afterAll(async () => {
  await launched?.close();
  outside.close();
  place.remove();
});

test.afterEach(async () => {
  expect(visits).toEqual([]);
  expect(page.url()).toMatch(/^app:\/\/countersign\//);
  await expect.poll(() => launched.app.windows().length).toBe(1);
});

test('a page has no Node, no Electron, and one frozen object of ours', async () => {
  const found = await page.evaluate(() => {
    const world = globalThis as unknown as Record<string, unknown>;
    const api = window.countersign;
    let replaced = true;
    try {
      (api as unknown as Record<string, unknown>)['request'] = () => null;
      replaced = api.request.toString() === '() => null';
    } catch {
      replaced = false;
    }
    return {
      strangers: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
        (name) => world[name] !== undefined,
      ),
      keys: Object.keys(api).sort(),
      frozen: Object.isFrozen(api),
      replaced,
    };
  });
  expect(found).toEqual({ strangers: [], keys: ['request', 'subscribe'], frozen: true, replaced: false });
});

test('the renderer is sandboxed and isolated', async () => {
  const preferences = await launched.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag };
  });
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });
});

test('the content policy stops a script that was put into the page', async () => {
  const outcome = await page.evaluate(
    () =>
      new Promise<{ blocked: string; ran: boolean }>((resolve) => {
        document.addEventListener(
          'securitypolicyviolation',
          (event) => resolve({ blocked: event.effectiveDirective, ran: 'intruder' in window }),
          { once: true },
        );
        const script = document.createElement('script');
        script.textContent = 'window.intruder = true';
        document.body.append(script);
      }),
  );
  expect(outcome).toEqual({ blocked: 'script-src-elem', ran: false });
});

test('nothing is fetched from or sent to the outside', async () => {
  const outcomes = await page.evaluate(async (url) => {
    const fetched = await fetch(url).then(
      () => 'came through',
      () => 'refused',
    );
    const image = await new Promise((resolve) => {
      const picture = new Image();
      picture.onload = () => resolve('came through');
      picture.onerror = () => resolve('refused');
      picture.src = `${url}picture.png`;
    });
    const socket = await new Promise((resolve) => {
      try {
        const connection = new WebSocket(url.replace('http', 'ws'));
        connection.onopen = () => resolve('came through');
        connection.onerror = () => resolve('refused');
      } catch {
        resolve('refused');
      }
    });
    navigator.sendBeacon(`${url}beacon`, 'x');
    return [fetched, image, socket];
  }, address);
  expect(outcomes).toEqual(['refused', 'refused', 'refused']);
});

test('even without the content policy the network stack refuses', async () => {
  const outcome = await launched.app.evaluate(
    ({ session }, url) =>
      session.defaultSession.fetch(url).then(
        () => 'came through',
        () => 'refused',
      ),
    address,
  );
  expect(outcome).toBe('refused');
});

test('new windows, frames and navigation are refused', async () => {
  const opened = await page.evaluate((url) => window.open(url) === null, address);
  expect(opened).toBe(true);
  await page.evaluate((url) => {
    const link = document.createElement('a');
    link.href = url;
    link.textContent = 'away';
    document.body.append(link);
    link.click();
    link.remove();
  }, address);
  await page.evaluate((url) => {
    window.location.href = url;
  }, address);
  await page.evaluate((url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    document.body.append(frame);
  }, address);
  // Everything above was started; a round trip through main shows that the page is still ours and alive.
  expect(await page.evaluate(() => window.countersign.request('home:list', {}))).toMatchObject({ runs: [] });
  await page.evaluate(() => document.querySelector('iframe')?.remove());
});

test('files of this computer cannot be opened through the app’s own addresses', async () => {
  const statuses = await page.evaluate(() =>
    Promise.all(
      ['/..%2f..%2fpackage.json', '/../../package.json', '/nothing.js'].map((path) =>
        fetch(path).then((response) => response.status),
      ),
    ),
  );
  expect(statuses).toEqual([404, 404, 404]);
});

test('permissions are refused', async () => {
  const states = await page.evaluate(async () => {
    const asked = await Promise.all(
      (['geolocation', 'notifications', 'camera', 'microphone'] as const).map((name) =>
        navigator.permissions.query({ name: name as PermissionName }).then(({ state }) => state),
      ),
    );
    return [...asked, await Notification.requestPermission()];
  });
  expect(new Set(states)).toEqual(new Set(['denied']));
});

test.describe('the door to the machine room', () => {
  const ask = (name: string, payload: unknown) =>
    page.evaluate(
      ([wanted, sent]) =>
        (window.countersign.request as (name: unknown, payload: unknown) => Promise<unknown>)(wanted, sent).then(
          () => 'answered',
          (error: Error) => error.message,
        ),
      [name, payload] as const,
    );

  test('rejects a malformed payload', async () => {
    expect(await ask('home:list', { extra: true })).toContain('bad-payload');
    expect(await ask('output:read', { attempt: 'a1', first: -1, count: 10 })).toContain('bad-payload');
    expect(await ask('run:intent', { intent: { type: 'rm -rf' } })).toContain('bad-payload');
  });

  test('rejects an unknown request', async () => {
    expect(await ask('constructor', {})).toContain('unknown-request');
    expect(await ask('shell:open', {})).toContain('unknown-request');
  });

  test('rejects names that lead out of the runs’ folder', async () => {
    expect(await ask('run:verify', { runId: '../../etc' })).toContain('No such run');
    expect(await ask('run:verify', { runId: '..' })).toContain('No such run');
  });

  test('rejects an evidence file that no dialog chose', async () => {
    const intent = {
      type: 'confirm-manual',
      step: 's',
      target: 'desk',
      verdict: 'passed',
      evidence: { file: { path: '/etc/passwd' } },
      note: null,
      reason: null,
    };
    expect(await ask('run:intent', { intent })).toContain('not chosen in the dialog');
  });

  test('does not listen to another window', async () => {
    const preload = join(import.meta.dirname, '../../out/preload/preload.cjs');
    const answer = await launched.app.evaluate(async ({ BrowserWindow }, path) => {
      const other = new BrowserWindow({ show: false, webPreferences: { preload: path, sandbox: true } });
      try {
        await other.loadURL('app://countersign/index.html');
        const said: unknown = await other.webContents.executeJavaScript(
          "window.countersign.request('home:list', {}).then(() => 'answered', (error) => error.message)",
        );
        return said;
      } finally {
        other.destroy();
      }
    }, preload);
    expect(answer).toContain('bad-sender');
  });
});
