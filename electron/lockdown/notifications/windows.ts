import type { NotificationAdapter, Ran, RunProgram, Verified } from '../ports.ts';

const KEY = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\PushNotifications';
const VALUE = 'ToastEnabled';

/**
 * Windows: the switch "Notifications" of Settings, in the registry of this person (0: off; missing: on). It can be set
 * and read back, but whether Windows heeds it before Explorer is started anew it does not say, and the state of "Do not
 * disturb" has no documented interface: so quiet is asked for, and never claimed. What was not shown is not kept.
 */
export function windowsAdapter(parts: {
  readonly run: RunProgram;
  readonly env: Readonly<Record<string, string | undefined>>;
}): NotificationAdapter {
  // Never a `reg` that lies in the current folder.
  const program = `${parts.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\reg.exe`;
  const reg = (...args: string[]): Promise<Ran> => parts.run(program, args);
  /** Null where nothing is set. */
  const toasts = async (): Promise<number | null> => {
    const ran = await reg('query', KEY, '/v', VALUE);
    if (ran.code === null) throw new Error('The registry did not answer');
    const found = new RegExp(`^\\s*${VALUE}\\s+REG_DWORD\\s+0x([0-9a-f]{1,8})\\s*$`, 'im').exec(ran.stdout)?.[1];
    if (ran.code === 0 && found === undefined) throw new Error(`The registry holds something else in ${VALUE}`);
    return found === undefined ? null : Number.parseInt(found, 16);
  };
  const set = async (to: number): Promise<void> =>
    taken(await reg('add', KEY, '/v', VALUE, '/t', 'REG_DWORD', '/d', String(to), '/f'));
  return {
    name: 'windows',
    probe: async () => ({ type: 'here', daemon: 'Windows' }),
    read: async () => ({ toasts: await toasts() }),
    block: async () => {
      if ((await toasts()) !== 0) await set(0);
    },
    verify: async (): Promise<Verified> => ((await toasts()) === 0 ? 'unverifiable' : 'not-blocked'),
    waiting: async () => null,
    restore: async (prior) => {
      const before = prior['toasts'];
      if (before === 0 || (await toasts()) !== 0) return;
      if (typeof before === 'number') await set(before);
      else taken(await reg('delete', KEY, '/v', VALUE, '/f'));
    },
    close: async () => {},
  };
}

function taken(ran: Ran): void {
  if (ran.code !== 0) throw new Error(`The registry was not changed: ${ran.stderr.trim().slice(0, 200)}`);
}
