import { describe, expect, it } from 'vitest';
import { judgeOther, judgeX11, windowSystem } from '../../../../electron/app/lock/window-system.ts';
import { missingStates, readX11, x11Handle } from '../../../../electron/app/lock/x11.ts';
import type { RunProgram } from '../../../../electron/lockdown/ports.ts';

const supported = '_NET_SUPPORTED(ATOM) = _NET_WM_STATE, _NET_WM_STATE_FULLSCREEN, _NET_WM_STATE_ABOVE';
const rootCheck = '_NET_SUPPORTING_WM_CHECK(WINDOW): window id # 0x20000c';
const itself = `${rootCheck}\n_NET_WM_NAME(UTF8_STRING) = "Openbox"\n`;

/** An xprop that says the same as the real one; answers by what it is asked about. */
function xprop(answers: { readonly root: string; readonly check: string; readonly own: string }): RunProgram {
  return async (program, args) => {
    expect(program).toBe('xprop');
    const about = args[0] === '-root' ? 'root' : args[1] === '0x20000c' ? 'check' : 'own';
    return { code: answers[about] === '' ? 1 : 0, stdout: answers[about], stderr: '' };
  };
}

const held = '_NET_WM_STATE(ATOM) = _NET_WM_STATE_FOCUSED, _NET_WM_STATE_FULLSCREEN, _NET_WM_STATE_ABOVE\n';

describe('reading the window manager', () => {
  it('names it, and says that it holds our window', async () => {
    const read = await readX11(xprop({ root: `${rootCheck}\n${supported}\n`, check: itself, own: held }), 7);
    expect(read).toMatchObject({
      manager: expect.stringMatching(/^0x20000c [0-9a-f-]{36}$/),
      managerName: 'Openbox',
      holds: true,
    });
    expect(missingStates(read)).toBe('');
    expect(judgeX11(read, 'x11')).toMatchObject({ code: 'desktop-held', status: 'ok', params: { manager: 'Openbox' } });
    expect(judgeX11(read, 'xwayland')).toMatchObject({ code: 'desktop-limited', status: 'warning' });
  });

  it.each([
    ['_NET_WM_STATE(ATOM) = _NET_WM_STATE_FULLSCREEN\n'],
    ['_NET_WM_STATE(ATOM) = \n'],
    ['_NET_WM_STATE:  not found.\n'],
    [''],
  ])('does not take %j for held', async (own) => {
    const read = await readX11(xprop({ root: `${rootCheck}\n${supported}\n`, check: itself, own }), 7);
    expect(missingStates(read)).not.toBe('');
  });

  it('does not believe the name that a dead manager left behind', async () => {
    const read = await readX11(xprop({ root: `${rootCheck}\n${supported}\n`, check: '', own: held }), 7);
    expect(read.manager).toBeNull();
    expect(judgeX11(read, 'x11')).toMatchObject({ code: 'desktop-no-manager', status: 'failed' });
  });

  it('tells a manager that came back under the same window id by the mark that it does not have', async () => {
    const marked = `${itself}_COUNTERSIGN_SEEN(STRING) = "0f"\n`;
    const reading = async (check: string): Promise<string | null> =>
      (await readX11(xprop({ root: `${rootCheck}\n${supported}\n`, check, own: held }), 7)).manager;
    expect(await reading(marked)).toBe('0x20000c 0f');
    expect(await reading(marked)).toBe('0x20000c 0f');
    expect(await reading(`${itself}_COUNTERSIGN_SEEN:  not found.\n`)).not.toBe('0x20000c 0f');
  });

  it('goes by the window id alone where it may leave no mark', async () => {
    const run = xprop({ root: `${rootCheck}\n${supported}\n`, check: itself, own: held });
    const refused: RunProgram = async (program, args) => ({
      ...(await run(program, args)),
      code: args.includes('-set') ? 1 : 0,
    });
    expect((await readX11(refused, 7)).manager).toBe('0x20000c');
  });

  it('says that there is none', async () => {
    const root = '_NET_SUPPORTING_WM_CHECK:  not found.\n_NET_SUPPORTED:  not found.\n';
    expect((await readX11(xprop({ root, check: '', own: '' }), null)).manager).toBeNull();
  });

  it('does not call a manager good that cannot hold a window', async () => {
    const root = `${rootCheck}\n_NET_SUPPORTED(ATOM) = _NET_WM_STATE, _NET_WM_STATE_MODAL\n`;
    const read = await readX11(xprop({ root, check: itself, own: '' }), null);
    expect(judgeX11(read, 'x11')).toMatchObject({ code: 'desktop-unknown', status: 'unknown' });
  });

  it('knows nothing without xprop', () => {
    expect(judgeX11(null, 'x11')).toMatchObject({ code: 'desktop-unknown', status: 'unknown' });
  });

  it('reads a window’s id from either size of handle', () => {
    expect(x11Handle(Buffer.from([0x0c, 0, 0x20, 0]))).toBe(0x20000c);
    expect(x11Handle(Buffer.from([0x0c, 0, 0x20, 0, 0, 0, 0, 0]))).toBe(0x20000c);
  });
});

describe('the window system', () => {
  const wayland = { XDG_SESSION_TYPE: 'wayland', WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' };
  const x11 = { XDG_SESSION_TYPE: 'x11', DISPLAY: ':0' };
  const base = { platform: 'linux', ozone: '', ozoneHint: '' } as const;
  it.each([
    ['X11', { ...base, env: x11, electron: '33.4.11' }, 'x11'],
    ['X11 with a newer Electron', { ...base, env: x11, electron: '45.4.1' }, 'x11'],
    ['Xwayland', { ...base, env: wayland, electron: '33.4.11' }, 'xwayland'],
    ['Wayland by default', { ...base, env: wayland, electron: '45.4.1' }, 'wayland'],
    ['Wayland by hint', { ...base, env: wayland, electron: '33.4.11', ozoneHint: 'auto' }, 'wayland'],
    ['Xwayland by choice', { ...base, env: wayland, electron: '45.4.1', ozone: 'x11' }, 'xwayland'],
    ['none of these on macOS', { ...base, platform: 'darwin' as const, env: {}, electron: '45.4.1' }, 'other'],
  ] as const)('is told: %s', (_name, surroundings, expected) => {
    expect(windowSystem(surroundings)).toBe(expected);
  });

  it('is never called good where it cannot be asked or keeps keys for itself', () => {
    expect(judgeOther('wayland', 'linux').status).toBe('unknown');
    expect(judgeOther('other', 'darwin')).toMatchObject({ code: 'desktop-limited', status: 'warning' });
    expect(judgeOther('other', 'win32')).toMatchObject({ code: 'desktop-limited', status: 'warning' });
    expect(judgeOther('other', 'freebsd').status).toBe('unknown');
  });
});
