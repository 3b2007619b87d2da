import type { Ran, RunProgram } from '../ports.ts';

/** What the system says about staying awake, and who said so; of `unknown`, who was asked and could not tell. */
export interface SleepView {
  readonly state: 'held' | 'not-held' | 'unknown';
  readonly by: string;
}

/** One witness: `true`, it keeps the session from going idle; `false`, it does not; null, its answer says nothing. */
interface Witness {
  readonly by: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly read: (stdout: string) => boolean | null;
  /** A `false` counts: it is the one whom an app asks to stay awake, so without it nothing holds. */
  readonly decides: boolean;
}

const sessionCall = (name: string, path: string, method: string, ...args: readonly string[]): readonly string[] => [
  ...['call', '--session', '--timeout', '3', '--dest', name, '--object-path', path, '--method', method],
  ...args,
];

const variantBoolean = (stdout: string): boolean | null => {
  const said = /^\((true|false),\)/.exec(stdout.trim())?.[1];
  return said === undefined ? null : said === 'true';
};

/**
 * Only who decides about the screen is asked. logind's inhibitors do not stop a screen locker with a timer of its own
 * (swayidle), and `xset q` proves nothing either way: xscreensaver sets those times to 0 and keeps its own, and a program
 * that suspends the X screen saver, as Electron does, does not show there.
 */
const linux: readonly Witness[] = [
  {
    // Cinnamon, MATE and Budgie answer by the same name.
    by: 'GNOME',
    program: 'gdbus',
    // 8: "inhibit the session being marked as idle" (org.gnome.SessionManager).
    args: sessionCall(
      'org.gnome.SessionManager',
      '/org/gnome/SessionManager',
      'org.gnome.SessionManager.IsInhibited',
      '8',
    ),
    read: variantBoolean,
    decides: true,
  },
  {
    by: 'KDE',
    program: 'gdbus',
    // 4: "change screen settings" (PowerDevil::PolicyAgent). It may not know of those who asked the screen locker.
    args: sessionCall(
      'org.kde.Solid.PowerManagement.PolicyAgent',
      '/org/kde/Solid/PowerManagement/PolicyAgent',
      'org.kde.Solid.PowerManagement.PolicyAgent.HasInhibition',
      '4',
    ),
    read: variantBoolean,
    decides: false,
  },
];

const macos: readonly Witness[] = [
  {
    by: 'pmset',
    program: 'pmset',
    args: ['-g', 'assertions'],
    read: (stdout) => {
      const said = /^\s*PreventUserIdleDisplaySleep\s+(\d+)/m.exec(stdout)?.[1];
      return said === undefined ? null : said !== '0';
    },
    decides: true,
  },
];

const witnesses: Partial<Record<NodeJS.Platform, readonly Witness[]>> = { linux, darwin: macos };

/** An app's wish takes a moment to arrive, so a denial is looked at again. */
const looks = 3;
const betweenLooksMs = 400;

/**
 * Whether the system itself says that it stays awake and unlocked, asked after somebody (Electron) wanted it to. Windows
 * tells this to administrators only. Never rejects.
 */
export async function sleepInhibited(run: RunProgram, platform: NodeJS.Platform): Promise<SleepView> {
  let view = await look(run, platform);
  for (let looked = 1; looked < looks && view.state === 'not-held'; looked += 1) {
    await new Promise((resolve) => setTimeout(resolve, betweenLooksMs));
    view = await look(run, platform);
  }
  return view;
}

async function look(run: RunProgram, platform: NodeJS.Platform): Promise<SleepView> {
  const asked = witnesses[platform] ?? [];
  const answers = await Promise.all(asked.map(async (witness) => ({ ...witness, said: await ask(run, witness) })));
  const there = answers.filter(({ said }) => said !== null);
  const holding = there.find(({ said }) => said === true);
  if (holding !== undefined) return { state: 'held', by: holding.by };
  const denying = there.find(({ decides }) => decides);
  if (denying !== undefined) return { state: 'not-held', by: denying.by };
  return { state: 'unknown', by: there.map(({ by }) => by).join(', ') || platform };
}

async function ask(run: RunProgram, { program, args, read }: Witness): Promise<boolean | null> {
  const ran: Ran | null = await run(program, args).catch(() => null);
  return ran?.code === 0 ? read(ran.stdout) : null;
}
