import { Message, MessageType, sessionBus } from '@jellybrick/dbus-next';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sleepInhibited } from '../../electron/lockdown/checks/sleep.ts';
import type { RunProgram } from '../../electron/lockdown/ports.ts';
import { runProgram } from '../../electron/lockdown/run-program.ts';
import { type DesktopSession, enterDesktop, startDesktopSession } from '../helpers/desktop-session.ts';

/** A real display and a real session bus; whoever is asked on it is a fake named as such, asked by the real programs. */
let desktop: DesktopSession;
let leave: () => void;
const open: (() => void)[] = [];

beforeAll(async () => {
  desktop = await startDesktopSession({ daemon: null });
  leave = enterDesktop(desktop);
});
afterAll(async () => {
  leave();
  await desktop.stop();
});
afterEach(() => {
  for (const close of open.splice(0)) close();
});

interface Fake {
  readonly name: string;
  readonly path: string;
  readonly member: string;
  readonly gives: string;
  /** Gets the call's first argument. */
  readonly answer: (argument: unknown) => unknown;
}

/** Puts a service on the bus that answers one method. */
async function fakeService({ name, path, member, gives, answer }: Fake): Promise<void> {
  const bus = sessionBus();
  open.push(() => bus.disconnect());
  bus.addMethodHandler((message) => {
    if (message.type !== MessageType.METHOD_CALL || message.member !== member || message.path !== path) return false;
    bus.send(Message.newMethodReturn(message, gives, [answer(message.body[0])]));
    return true;
  });
  await bus.requestName(name);
}

const fakeGnome = (answer: (flags: unknown) => boolean): Promise<void> =>
  fakeService({
    name: 'org.gnome.SessionManager',
    path: '/org/gnome/SessionManager',
    member: 'IsInhibited',
    gives: 'b',
    answer,
  });

const fakeKde = (answer: (policy: unknown) => boolean): Promise<void> =>
  fakeService({
    name: 'org.kde.Solid.PowerManagement.PolicyAgent',
    path: '/org/kde/Solid/PowerManagement/PolicyAgent',
    member: 'HasInhibition',
    gives: 'b',
    answer,
  });

const asked = () => sleepInhibited(runProgram, 'linux');

describe('sleep and screen lock on Linux', () => {
  it('are held when GNOME says that somebody keeps the session from going idle', async () => {
    await fakeGnome((flags) => flags === 8);
    expect(await asked()).toEqual({ state: 'held', by: 'GNOME' });
  });

  it('are not held when GNOME says so time and again', async () => {
    let times = 0;
    await fakeGnome(() => {
      times += 1;
      return false;
    });
    expect(await asked()).toEqual({ state: 'not-held', by: 'GNOME' });
    expect(times).toBe(3);
  });

  it('are held when the wish of an app arrives a moment later', async () => {
    let times = 0;
    await fakeGnome(() => {
      times += 1;
      return times > 1;
    });
    expect(await asked()).toEqual({ state: 'held', by: 'GNOME' });
  });

  it('are held when KDE keeps its screen settings, and not denied when it knows of nobody', async () => {
    await fakeKde((policy) => policy === 4);
    expect(await asked()).toEqual({ state: 'held', by: 'KDE' });
    for (const close of open.splice(0)) close();
    await fakeKde(() => false);
    expect(await asked()).toEqual({ state: 'unknown', by: 'KDE' });
  });

  it('are unknown where nobody answers, or not with yes or no', async () => {
    expect(await asked()).toEqual({ state: 'unknown', by: 'linux' });
    const nothingInstalled: RunProgram = async (program) => Promise.reject(new Error(`spawn ${program} ENOENT`));
    expect(await sleepInhibited(nothingInstalled, 'linux')).toEqual({ state: 'unknown', by: 'linux' });
    const nonsense: RunProgram = async () => ({ code: 0, stdout: 'hello', stderr: '' });
    expect(await sleepInhibited(nonsense, 'linux')).toEqual({ state: 'unknown', by: 'linux' });
    const failing: RunProgram = async () => ({ code: 1, stdout: '(true,)', stderr: '' });
    expect(await sleepInhibited(failing, 'linux')).toEqual({ state: 'unknown', by: 'linux' });
  });
});

describe('sleep and screen lock elsewhere', () => {
  /** The words of a real `pmset -g assertions` (macOS 14), as a fake. */
  const fakePmset =
    (display: 0 | 1): RunProgram =>
    async () => ({
      code: 0,
      stdout: `2024-05-04 10:00:00 +0200\nAssertion status system-wide:\n   BackgroundTask                 1\n   PreventUserIdleDisplaySleep    ${display}\n   PreventUserIdleSystemSleep     1\n`,
      stderr: '',
    });

  it('are what pmset says of the display on macOS', async () => {
    expect(await sleepInhibited(fakePmset(1), 'darwin')).toEqual({ state: 'held', by: 'pmset' });
    expect(await sleepInhibited(fakePmset(0), 'darwin')).toEqual({ state: 'not-held', by: 'pmset' });
  });

  it('are unknown on Windows', async () => {
    expect(await sleepInhibited(runProgram, 'win32')).toEqual({ state: 'unknown', by: 'win32' });
  });
});
