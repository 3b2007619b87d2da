import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { launchApp, temporaryHome } from '../helpers/electron-app.ts';
import { Operator } from '../helpers/electron-operator.ts';
import { makeKey, type Sshd, startSshd } from '../helpers/sshd.ts';
import { makeTomcat, type Tomcat } from '../helpers/tomcat.ts';

/**
 * The main job on real parts: two OpenSSH servers, app2 reachable only through app1, each with a real tomcat 10. The
 * build is replaced through the real window, and the report is read with pdftotext.
 */
const place = temporaryHome();
const sshds: Sshd[] = [];
const tomcats: Tomcat[] = [];

test.beforeAll(async () => {
  mkdirSync(join(place.home, '.ssh'), { mode: 0o700 });
  const key = makeKey(join(place.home, '.ssh/id_ed25519'));
  for (const name of ['app1', 'app2']) {
    const sshd = await startSshd({
      addresses: [name === 'app1' ? '127.0.0.2' : '127.0.0.3'],
      authorized: [key.publicLine],
    });
    sshds.push(sshd);
    tomcats.push(await makeTomcat(join(place.home, name), 'Trade core 3.3.9'));
  }
  for (const tomcat of tomcats) startTomcat(tomcat);
  await Promise.all(
    tomcats.map((tomcat) => expect.poll(() => page(tomcat), { timeout: 60_000 }).toBe('Trade core 3.3.9')),
  );
  writeFileSync(join(place.home, '.ssh/known_hosts'), sshds.map((sshd) => sshd.knownHosts).join(''));
  writeFileSync(join(place.home, '.ssh/config'), sshConfig());
});

test.afterAll(async () => {
  for (const tomcat of tomcats) tomcat.kill();
  for (const sshd of sshds) await sshd.close();
  place.remove();
});

function sshConfig(): string {
  return ['app1', 'app2']
    .map((name, index) => {
      const { address, port, user } = sshds[index] as Sshd;
      const jump = name === 'app2' ? '\n  ProxyJump app1' : '';
      return `Host ${name}\n  HostName ${address}\n  Port ${port}\n  User ${user}${jump}\n`;
    })
    .join('');
}

function startTomcat(tomcat: Tomcat): void {
  execFileSync('sh', ['-c', `env ${tomcat.environment} /usr/share/tomcat10/bin/catalina.sh start`], {
    stdio: 'ignore',
  });
}

function page(tomcat: Tomcat): string {
  try {
    return execFileSync('curl', ['-s', `http://127.0.0.1:${tomcat.port}/`], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function checklist(): string {
  const hosts = tomcats.map(
    (tomcat, index) =>
      `      app${index + 1}: { address: app${index + 1}, groups: [app], vars: { base: ${tomcat.base}, port: "${tomcat.port}" } }`,
  );
  return `checklist: 1
title: Trade core \${version}
kind: requirement
version: 3.4.0
vars:
  catalina: /usr/share/tomcat10/bin/catalina.sh
environments:
  pre:
    hosts:
${hosts.join('\n')}
phases:
  - cold: 窗口之前
    steps:
      - id: told
        title: 用户已提前三天得到通知
        manual: { evidence: { ticket: link } }
  - hot: Release
    steps:
      - atomic: Replace the build
        worst-case: 5m
        steps:
          - id: stop
            title: 停止 tomcat
            on: app
            planned: 20s
            run: { command: "CATALINA_HOME=/usr/share/tomcat10 CATALINA_BASE=\${base} CATALINA_PID=\${base}/tomcat.pid \${catalina} stop 20", timeout: 60s }
            verify: "! grep -qs catalina.base=\${base} /proc/[0-9]*/cmdline"
            rollback: { run: "CATALINA_HOME=/usr/share/tomcat10 CATALINA_BASE=\${base} CATALINA_PID=\${base}/tomcat.pid \${catalina} start" }
          - id: gone
            title: Its process and its port are gone
            on: app
            wait:
              until:
                command: "ps -A -ww -o args= | grep -c '[D]catalina.base='\${base}; ss -Hltn sport = :\${port} | wc -l"
                expect: { stdout: { matches: "^0\\\\n0\\\\s*$" }, exit: any }
              every: 500ms
              within: 30s
          - id: replace
            title: Put the new page in place, keep the old one
            on: app
            run: "cd \${base}/webapps/ROOT && cp index.html index.html.old && printf 'Trade core %s' \${version} > index.html"
            verify: "grep -qx 'Trade core '\${version} \${base}/webapps/ROOT/index.html"
          - id: start
            title: Start tomcat
            on: app
            run: "CATALINA_HOME=/usr/share/tomcat10 CATALINA_BASE=\${base} CATALINA_PID=\${base}/tomcat.pid \${catalina} start"
          - id: answers
            title: It answers with the new version
            on: app
            wait: { until: { command: "curl -s http://127.0.0.1:\${port}/", expect: { stdout: { equals: "Trade core 3.4.0" } } }, every: 500ms, within: 60s }
`;
}

test('a real tomcat is replaced on two hosts, one behind the other, and the PDF says so', async () => {
  const file = join(place.home, 'release.yaml');
  writeFileSync(file, checklist());
  const data = join(place.home, 'data');
  const before = tomcats.map((tomcat) => readFileSync(join(tomcat.base, 'tomcat.pid'), 'utf8').trim());
  const launched = await launchApp({ home: place.home, args: ['--data', data] });
  const { app, page: window } = launched;
  try {
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = (() =>
        Promise.resolve({ canceled: false, filePaths: [chosen] })) as typeof dialog.showOpenDialog;
    }, file);
    await window.getByRole('button', { name: 'Open a checklist…' }).click();
    await window.getByRole('button', { name: /pre/ }).first().click();
    await expect(window.getByText('app1').first()).toBeVisible();
    const operator = new Operator(window);
    await operator.press();
    await window.locator('.evidence input').first().fill('https://tickets.example/T-3400');
    await operator.workThrough();

    for (const [index, tomcat] of tomcats.entries()) {
      expect(page(tomcat)).toBe('Trade core 3.4.0');
      expect(readFileSync(join(tomcat.base, 'tomcat.pid'), 'utf8').trim()).not.toBe(before[index]);
    }
    expect(sshds[1]?.log()).toContain('Accepted publickey');
    const [runId = ''] = readdirSync(join(data, 'runs'));
    const pdf = join(place.home, 'report.pdf');
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showSaveDialog = (() =>
        Promise.resolve({ canceled: false, filePath: chosen })) as typeof dialog.showSaveDialog;
    }, pdf);
    await window.getByRole('button', { name: /PDF…/ }).click();
    await expect.poll(() => existsSync(pdf), { timeout: 60_000 }).toBe(true);
    const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
    for (const word of [
      '停止 tomcat',
      '用户已提前三天得到通知',
      'Trade core 3.4.0',
      'https://tickets.example/T-3400',
      runId,
      'app2',
    ]) {
      expect(text).toContain(word);
    }
    execFileSync('qpdf', ['--check', pdf]);
  } finally {
    await launched.close();
  }
});
