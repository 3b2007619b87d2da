import type { NotificationAdapter, Probe, RunProgram, Verified } from '../ports.ts';

const SHORTCUTS = '/usr/bin/shortcuts';
/** Two shortcuts that a person makes once, each with the one action "Set Focus" (`docs` say how). */
const ON = 'Countersign Focus On';
const OFF = 'Countersign Focus Off';

/**
 * macOS lets no program switch Focus; a shortcut of the person's may, and is run. Whether a Focus is on is told by no
 * interface: `~/Library/DoNotDisturb/DB/Assertions.json` says so to a program with Full Disk Access (a Focus that was
 * set by hand or by a shortcut; macOS 12 and newer), and without it nothing does. What a Focus lets through is the
 * person's choice and is told nowhere: so quiet is asked for, and never claimed. The menu bar's setting "Visible
 * FocusModes" is no help: it may be set to always.
 */
export function macosAdapter(parts: {
  readonly run: RunProgram;
  readonly env: Readonly<Record<string, string | undefined>>;
}): NotificationAdapter {
  const { run, env } = parts;
  const assertions = `${env['HOME'] ?? ''}/Library/DoNotDisturb/DB/Assertions.json`;
  /** Null where macOS does not let us see it. */
  const focusOn = async (): Promise<boolean | null> => {
    const ran = await run('/bin/cat', [assertions]);
    return ran.code === 0 ? anyFocus(ran.stdout) : null;
  };
  const runShortcut = async (name: string): Promise<void> => {
    const ran = await run(SHORTCUTS, ['run', name]);
    if (ran.code !== 0) throw new Error(`The shortcut "${name}" failed: ${ran.stderr.trim().slice(0, 200)}`);
  };
  return {
    name: 'macos',
    probe: () => probe(run),
    read: async () => ({ focus: await focusOn() }),
    block: async () => {
      if ((await focusOn()) !== true) await runShortcut(ON);
    },
    verify: async (): Promise<Verified> => ((await focusOn()) === false ? 'not-blocked' : 'unverifiable'),
    waiting: async () => null,
    restore: async (prior) => {
      // A Focus that was on before is the person's own. Where it could not be seen, ours is ended.
      if (prior['focus'] !== true && (await focusOn()) !== false) await runShortcut(OFF);
    },
    close: async () => {},
  };
}

async function probe(run: RunProgram): Promise<Probe> {
  const daemon = 'macOS';
  const listed = await run(SHORTCUTS, ['list']).catch(() => null);
  if (listed === null) return { type: 'lacking', code: 'notifications-unsupported', params: { daemon } };
  if (listed.code !== 0) throw new Error(`Shortcuts could not be listed: ${listed.stderr.trim().slice(0, 200)}`);
  const there = listed.stdout.split('\n').map((line) => line.trim());
  const missing = [ON, OFF].find((name) => !there.includes(name));
  if (missing === undefined) return { type: 'here', daemon };
  return { type: 'lacking', code: 'notifications-shortcut-missing', params: { shortcut: missing } };
}

/** Source: the file as brunerd/macAdminTools reads it. Null for anything else than that. */
function anyFocus(written: string): boolean | null {
  try {
    const { data } = JSON.parse(written) as { readonly data?: unknown };
    if (!Array.isArray(data)) return null;
    return data.some((store: { readonly storeAssertionRecords?: unknown } | null) => {
      const records = store?.storeAssertionRecords;
      return Array.isArray(records) && records.length > 0;
    });
  } catch {
    return null;
  }
}
