import type { Ran, RunProgram } from '../ports.ts';

/** What the system says about staying awake, and who said so; of `unknown`, who was asked and did not tell. */
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

const linux: readonly Witness[] = [
  {
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
  {
    by: 'logind',
    program: 'busctl',
    args: [
      ...['--system', '--json=short', '--timeout=3', 'call', 'org.freedesktop.login1', '/org/freedesktop/login1'],
      ...['org.freedesktop.login1.Manager', 'ListInhibitors'],
    ],
    read: logindHoldsIdle,
    decides: false,
  },
  // Says only what is set: a program that suspends the X screen saver does not show, so `false` proves nothing.
  { by: 'X11', program: 'xset', args: ['q'], read: screenNeverBlanks, decides: false },
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
  const holding = answers.find(({ said }) => said === true);
  if (holding !== undefined) return { state: 'held', by: holding.by };
  const denying = answers.find(({ said, decides }) => said === false && decides);
  if (denying !== undefined) return { state: 'not-held', by: denying.by };
  const there = answers.filter(({ said }) => said !== null);
  return { state: 'unknown', by: (there.length > 0 ? there : answers).map(({ by }) => by).join(', ') || platform };
}

async function ask(run: RunProgram, { program, args, read }: Witness): Promise<boolean | null> {
  const ran: Ran | null = await run(program, args).catch(() => null);
  return ran?.code === 0 ? read(ran.stdout) : null;
}

/** `a(ssssuu)`: what, who, why, mode, uid, pid; `delay` only puts sleep off by seconds. */
function logindHoldsIdle(stdout: string): boolean | null {
  try {
    const { data } = JSON.parse(stdout) as { readonly data: readonly [readonly (readonly string[])[]] };
    return data[0].some(([what, , , mode]) => mode === 'block' && what?.split(':').includes('idle') === true);
  } catch {
    return null;
  }
}

function screenNeverBlanks(stdout: string): boolean | null {
  const timeout = /timeout:\s+(\d+)/.exec(stdout)?.[1];
  if (timeout === undefined) return null;
  const times = [...stdout.matchAll(/(?:Standby|Suspend|Off):\s+(\d+)/g)].map(([, seconds]) => seconds);
  const powersDown = stdout.includes('DPMS is Enabled') && times.some((seconds) => seconds !== '0');
  return timeout === '0' && !powersDown;
}
