import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { JournalRecord } from '../../shared/contract/events.ts';
import type { RequestOf } from '../../shared/contract/ipc.ts';
import { preflightItems } from '../../shared/contract/lockdown.ts';
import { openChecks } from '../../shared/run/lockdown.ts';
import type { RunState } from '../../shared/run/state.ts';
import { type DesktopDaemon, type DesktopSession, startDesktopSession } from './desktop-session.ts';
import { launchApp } from './electron-app.ts';
import { stateOf, submit } from './electron-demo.ts';
import { hostLine, recordsIn } from './electron-release.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from './sshd.ts';
import { type Desk, deskOf } from './two-people.ts';

/** One operator at a desktop of their own (window manager, notification daemon), with one real host. */
export interface LockedDesk {
  readonly desk: Desk;
  readonly session: DesktopSession;
  readonly sshd: Sshd;
  readonly checklist: string;
  /** A folder that the host's commands work in; the slow step waits for `go` in it. */
  readonly host: string;
  /** Begins the production run past the screens, every finding decided. */
  begin(choice?: Partial<RequestOf<'run:create'>>): Promise<string>;
  state(): Promise<RunState>;
  /** Runs a step on the host and waits until it has settled. */
  pass(step: string): Promise<void>;
  /** Resolves when the lock is in place; on the way what is found on entry (no checker here) is decided. */
  locked(): Promise<void>;
  records(): readonly JournalRecord[];
  /** Starts the app again on the same data folder, after it was closed or killed. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export interface LockedDeskOptions {
  readonly daemon?: DesktopDaemon | null;
  readonly language?: 'en' | 'zh';
  /** Where runs are written; else a folder in the test's own. */
  readonly data?: string;
  /** The host's account finds its programs here first: for a clock that lies. */
  readonly path?: string;
}

export async function openLockedDesk(options: LockedDeskOptions = {}): Promise<LockedDesk> {
  const folder = tempFolder('locked');
  const key = makeKey(join(folder, 'operator'));
  const env: Record<string, string> = options.path === undefined ? {} : { PATH: `${options.path}:/usr/bin:/bin` };
  const sshd = await startSshd({ authorized: [key.publicLine], env });
  const home = makeHome({ keys: { id_ed25519: key }, knownHosts: sshd.knownHosts });
  const host = join(folder, 'host');
  mkdirSync(host);
  const checklist = join(folder, 'release.yaml');
  writeFileSync(checklist, checklistText(sshd, host));
  const data = options.data ?? join(folder, 'data');
  const session = await startDesktopSession({
    daemon: options.daemon === undefined ? 'dunst' : options.daemon,
    home: home.path,
    windowManager: 'openbox',
  });
  const language = options.language ?? 'en';
  const appEnv = { ...session.env, LANG: language === 'zh' ? 'zh_CN.UTF-8' : 'en_US.UTF-8', LANGUAGE: language };
  const launch = () => launchApp({ home: home.path, args: ['--data', data], env: appEnv });
  const desk = deskOf('Li Wei', data, await launch());
  return new RealDesk({ desk, session, sshd, checklist, host, folder, home, launch });
}

interface Parts {
  readonly desk: Desk;
  readonly session: DesktopSession;
  readonly sshd: Sshd;
  readonly checklist: string;
  readonly host: string;
  readonly folder: string;
  readonly home: Home;
  readonly launch: () => ReturnType<typeof launchApp>;
}

class RealDesk implements LockedDesk {
  readonly #parts: Parts;
  #runId = '';

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get desk(): Desk {
    return this.#parts.desk;
  }

  get session(): DesktopSession {
    return this.#parts.session;
  }

  get sshd(): Sshd {
    return this.#parts.sshd;
  }

  get checklist(): string {
    return this.#parts.checklist;
  }

  get host(): string {
    return this.#parts.host;
  }

  async begin(choice: Partial<RequestOf<'run:create'>> = {}): Promise<string> {
    const { desk, checklist } = this.#parts;
    const opened = await desk.request('preflight:open', { path: checklist, environment: 'prod' });
    if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
    const connected = hostConnected(desk.app.page);
    await desk.request('preflight:connect', { hosts: ['app1'] });
    await connected;
    const made = await desk.request('run:create', {
      lockdown: { on: true, reason: null },
      decisions: preflightItems.map((item) => ({ item, reason: 'a machine for tests' })),
      ...choice,
    });
    if (!made.ok) throw new Error(JSON.stringify(made.failure));
    this.#runId = made.value.runId;
    return this.#runId;
  }

  state(): Promise<RunState> {
    return stateOf(this.desk.app.page, this.#runId);
  }

  async pass(step: string): Promise<void> {
    await submit(this.desk.app.page, { type: 'run-step', step, targets: ['app1'], reason: null });
    const settled = async () => (await this.state()).steps.find(({ id }) => id === step)?.settledAt ?? null;
    await expect.poll(settled).not.toBeNull();
  }

  async locked(): Promise<void> {
    const { page } = this.desk.app;
    const arrived = async (): Promise<string> => {
      const state = await this.state();
      return state.status === 'held' ? 'held' : state.lockdown.status;
    };
    await expect.poll(arrived).not.toBe('open');
    if ((await arrived()) === 'held') {
      const reason = 'a machine for tests';
      for (const { item } of openChecks(await this.state())) await submit(page, { type: 'decide-check', item, reason });
      await submit(page, { type: 'continue' });
    }
    await expect.poll(arrived).toBe('locked');
  }

  records(): readonly JournalRecord[] {
    return recordsIn(join(this.desk.data, 'runs', this.#runId));
  }

  async reopen(): Promise<void> {
    this.desk.app = await this.#parts.launch();
  }

  async close(): Promise<void> {
    const { desk, session, sshd, folder, home } = this.#parts;
    await desk.app.abandon();
    await session.stop();
    await sshd.close();
    home.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves when preflight says that a host is connected. */
function hostConnected(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const stop = window.countersign.subscribe('preflight:host', ({ status }) => {
          if (status !== 'connected') return;
          stop();
          resolve();
        });
      }),
  );
}

/** A cold look, a hot write, an atomic block whose first step waits for a file, a hot write, and a tidying up. */
function checklistText(sshd: Sshd, host: string): string {
  // Ends with the folder too: a test that is over leaves nothing behind.
  const waits = `while [ -d ${host} ] && [ ! -e ${host}/go ]; do sleep 0.05; done`;
  const slow = `touch ${host}/began; ${waits}; echo upload >> ${host}/log`;
  return `checklist: 1
title: Trade core 3.4.0
environments:
  prod:
    production: true
    rehearsal: off
    hosts:
${hostLine('app1', sshd)}
phases:
  - cold: Prepare
    steps:
      - { id: look, title: Look, on: app, effect: read, run: "uname -s" }
  - hot: Release
    steps:
      - { id: stop, title: Stop the service, on: app, countersign: never, run: "echo stop >> ${host}/log" }
      - atomic: Replace the build
        worst-case: 1m
        steps:
          - { id: upload, title: Upload the build, on: app, countersign: never, run: ${JSON.stringify(slow)} }
          - { id: start, title: Start the service, on: app, countersign: never, run: "echo start >> ${host}/log" }
      - { id: warm, title: Warm up, on: app, countersign: never, run: "echo warm >> ${host}/log" }
  - wrap-up: After
    steps:
      - { id: tidy, title: Tidy up, on: app, countersign: never, run: "echo tidy >> ${host}/log" }
`;
}
