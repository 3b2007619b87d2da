import { describe, expect, it } from 'vitest';
import { macosAdapter } from '../../../electron/lockdown/notifications/macos.ts';
import { windowsAdapter } from '../../../electron/lockdown/notifications/windows.ts';
import type { Ran, RunProgram } from '../../../electron/lockdown/ports.ts';

const said = (stdout: string): Ran => ({ code: 0, stdout, stderr: '' });
const refused = (stderr: string): Ran => ({ code: 1, stdout: '', stderr });

/** FAKE: programs of a system that does not run here; every call is kept, word by word. */
function fakePrograms(answer: (words: readonly string[]) => Ran | Error): {
  readonly run: RunProgram;
  readonly calls: (readonly string[])[];
} {
  const calls: (readonly string[])[] = [];
  return {
    calls,
    run: async (program, args) => {
      const words = [program, ...args];
      calls.push(words);
      const ran = answer(words);
      if (ran instanceof Error) throw ran;
      return ran;
    },
  };
}

describe('notifications of a FAKE macOS', () => {
  const assertions = '/Users/ada/Library/DoNotDisturb/DB/Assertions.json';
  /** `focus` null: no Full Disk Access. */
  function mac(options: { focus?: boolean | null; shortcuts?: string; broken?: boolean } = {}) {
    const { shortcuts = 'Make a note\nCountersign Focus On\nCountersign Focus Off\n', broken = false } = options;
    const state = { focus: options.focus === undefined ? false : options.focus };
    const { run, calls } = fakePrograms(([program, ...args]) => {
      if (program === '/bin/cat') {
        if (state.focus === null) return refused(`cat: ${assertions}: Operation not permitted`);
        return said(JSON.stringify({ data: [state.focus ? { storeAssertionRecords: [{}] } : {}], header: {} }));
      }
      if (args[0] === 'list') return said(shortcuts);
      if (broken) return refused('Error: The operation couldn’t be completed.');
      if (state.focus !== null) state.focus = args[1] === 'Countersign Focus On';
      return said('');
    });
    const changes = () => calls.filter(([, verb]) => verb === 'run');
    return { adapter: macosAdapter({ run, env: { HOME: '/Users/ada' } }), state, calls, changes };
  }

  it('are here when both shortcuts are installed', async () => {
    const { adapter, calls } = mac();
    expect(await adapter.probe()).toEqual({ type: 'here', daemon: 'macOS' });
    expect(calls).toEqual([['/usr/bin/shortcuts', 'list']]);
  });

  it.each([
    ['Countersign Focus On', 'Countersign Focus Off\nCountersign Focus On (1)\n'],
    ['Countersign Focus Off', 'Countersign Focus On\n'],
  ])('miss the shortcut %s by its name', async (shortcut, shortcuts) => {
    const code = 'notifications-shortcut-missing';
    expect(await mac({ shortcuts }).adapter.probe()).toEqual({ type: 'lacking', code, params: { shortcut } });
  });

  it('cannot be held back by a macOS without shortcuts', async () => {
    const { run } = fakePrograms(() => new Error('ENOENT'));
    const probe = await macosAdapter({ run, env: {} }).probe();
    expect(probe).toMatchObject({ type: 'lacking', code: 'notifications-unsupported' });
  });

  it('are asked for with one shortcut and ended with the other, and never called quiet', async () => {
    const { adapter, calls, changes } = mac();
    const prior = await adapter.read();
    expect(prior).toEqual({ focus: false });
    expect(calls).toEqual([['/bin/cat', assertions]]);
    expect(await adapter.verify()).toBe('not-blocked');
    await adapter.block(prior);
    await adapter.block(prior);
    expect(await adapter.verify()).toBe('unverifiable');
    await adapter.restore(prior);
    await adapter.restore(prior);
    expect(changes()).toEqual([
      ['/usr/bin/shortcuts', 'run', 'Countersign Focus On'],
      ['/usr/bin/shortcuts', 'run', 'Countersign Focus Off'],
    ]);
    expect(await adapter.waiting()).toBeNull();
  });

  it('stay held back for a person who had a Focus on', async () => {
    const { adapter, changes } = mac({ focus: true });
    const prior = await adapter.read();
    await adapter.block(prior);
    await adapter.restore(prior);
    expect(changes()).toEqual([]);
  });

  it('are asked for, and ended, where nothing can be seen', async () => {
    const { adapter, changes } = mac({ focus: null });
    const prior = await adapter.read();
    expect(prior).toEqual({ focus: null });
    await adapter.block(prior);
    expect(await adapter.verify()).toBe('unverifiable');
    await adapter.restore(prior);
    expect(changes().map(([, , name]) => name)).toEqual(['Countersign Focus On', 'Countersign Focus Off']);
  });

  it('are seen to be shown when a person ended the Focus', async () => {
    const { adapter, state } = mac();
    await adapter.block({ focus: false });
    state.focus = false;
    expect(await adapter.verify()).toBe('not-blocked');
  });

  it.each(['no json', '{"data":7}', 'null', '{"data":[null]}'])('are not guessed from %s', async (written) => {
    const { run } = fakePrograms(() => said(written));
    const { focus } = await macosAdapter({ run, env: {} }).read();
    expect(focus).toBe(written === '{"data":[null]}' ? false : null);
  });

  it('say so when a shortcut fails', async () => {
    await expect(mac({ broken: true }).adapter.block({ focus: false })).rejects.toThrow('Countersign Focus On');
  });
});

describe('notifications of a FAKE Windows', () => {
  const reg = 'C:\\Windows\\System32\\reg.exe';
  const key = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\PushNotifications';
  const value = ['/v', 'ToastEnabled'];

  function windows(toasts: number | null, options: { readonly locked?: boolean } = {}) {
    const state = { toasts };
    const { run, calls } = fakePrograms(([, verb, , , , , , , data]) => {
      if (verb === 'query') {
        if (state.toasts === null) return refused('ERROR: The system was unable to find the specified registry key');
        return said(`\r\n${key}\r\n    ToastEnabled    REG_DWORD    0x${state.toasts.toString(16)}\r\n\r\n`);
      }
      if (options.locked) return refused('ERROR: Access is denied.');
      state.toasts = verb === 'add' ? Number(data) : null;
      return said('The operation completed successfully.\r\n');
    });
    const changes = () => calls.filter(([, verb]) => verb !== 'query');
    return { adapter: windowsAdapter({ run, env: { SystemRoot: 'C:\\Windows' } }), state, calls, changes };
  }
  const added = (to: string) => [reg, 'add', key, ...value, '/t', 'REG_DWORD', '/d', to, '/f'];

  it('are switched off and on again in the registry, and never called quiet', async () => {
    const { adapter, calls, changes } = windows(1);
    expect(await adapter.probe()).toEqual({ type: 'here', daemon: 'Windows' });
    const prior = await adapter.read();
    expect(prior).toEqual({ toasts: 1 });
    expect(calls).toEqual([[reg, 'query', key, ...value]]);
    expect(await adapter.verify()).toBe('not-blocked');
    await adapter.block(prior);
    await adapter.block(prior);
    expect(await adapter.verify()).toBe('unverifiable');
    await adapter.restore(prior);
    await adapter.restore(prior);
    expect(changes()).toEqual([added('0'), added('1')]);
    expect(await adapter.waiting()).toBeNull();
  });

  it('are left unset for a person who never set them', async () => {
    const { adapter, state, changes } = windows(null);
    const prior = await adapter.read();
    expect(prior).toEqual({ toasts: null });
    await adapter.block(prior);
    await adapter.restore(prior);
    await adapter.restore(prior);
    expect(changes()).toEqual([added('0'), [reg, 'delete', key, ...value, '/f']]);
    expect(state.toasts).toBeNull();
  });

  it('are set to the same number again, whatever it was', async () => {
    const { adapter, state } = windows(16);
    const prior = await adapter.read();
    await adapter.block(prior);
    await adapter.restore(prior);
    expect([prior, state.toasts]).toEqual([{ toasts: 16 }, 16]);
  });

  it('stay off for a person who had them off', async () => {
    const { adapter, changes } = windows(0);
    const prior = await adapter.read();
    await adapter.block(prior);
    await adapter.restore(prior);
    expect(changes()).toEqual([]);
  });

  it('stay on for a person who switched them on meanwhile', async () => {
    const { adapter, state, changes } = windows(1);
    await adapter.block({ toasts: 1 });
    state.toasts = 1;
    await adapter.restore({ toasts: 1 });
    expect(changes()).toEqual([added('0')]);
  });

  it('say so when the registry refuses or does not answer', async () => {
    const locked = windows(1, { locked: true });
    await expect(locked.adapter.block({ toasts: 1 })).rejects.toThrow('Access is denied');
    const { run } = fakePrograms(() => ({ code: null, stdout: '', stderr: '' }));
    await expect(windowsAdapter({ run, env: {} }).read()).rejects.toThrow('did not answer');
    const strange = fakePrograms(() => said('    ToastEnabled    REG_SZ    off\r\n'));
    await expect(windowsAdapter({ run: strange.run, env: {} }).read()).rejects.toThrow('something else');
  });
});
