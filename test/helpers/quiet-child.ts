import { writeSync } from 'node:fs';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { dunstAdapter } from '../../electron/lockdown/notifications/dunst.ts';
import { xfceAdapter } from '../../electron/lockdown/notifications/xfce.ts';
import type { NotificationAdapter } from '../../electron/lockdown/ports.ts';
import { createQuiet } from '../../electron/lockdown/quiet.ts';

/**
 * Keeps notifications back in a process of its own that can be killed: `FOLDER block|trial|release|recover`. Each
 * result is a line of JSON. `DIES=<call>:before|after`: killed by itself at that call to the desktop.
 */
const [folder = '', ...words] = process.argv.slice(2);
const [dies, when] = (process.env['DIES'] ?? '').split(':');

function dying(adapter: NotificationAdapter): NotificationAdapter {
  const at = (method: string, moment: string): void => {
    if (method === dies && moment === when) process.kill(process.pid, 'SIGKILL');
  };
  return {
    ...adapter,
    block: async (prior) => {
      at('block', 'before');
      await adapter.block(prior);
      at('block', 'after');
    },
    restore: async (prior) => {
      at('restore', 'before');
      await adapter.restore(prior);
      at('restore', 'after');
    },
  };
}

const quiet = createQuiet({
  folder,
  adapters: [dunstAdapter(), xfceAdapter()].map(dying),
  clock: systemClock,
  log: { info: () => {}, error: (message) => void writeSync(2, `${message}\n`) },
});
const acts: Readonly<Record<string, () => Promise<unknown>>> = {
  block: () => quiet.block('run-1'),
  trial: () => quiet.trial(),
  release: () => quiet.release(),
  recover: () => quiet.recover(),
};
for (const word of words) writeSync(1, `${JSON.stringify((await acts[word]?.()) ?? null)}\n`);
// A block is held by a process that lives; only what was told to end, ends.
if (words.at(-1) !== 'block') await quiet.close();
