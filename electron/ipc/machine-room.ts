import { hostname } from 'node:os';
import { failure } from '../../shared/contract/failure.ts';
import type { Language } from '../../shared/contract/ipc/settings.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Translate } from '../../shared/text/translate.ts';
import type { SettingsKeeper } from '../app/settings.ts';
import { createIdentityKeeper } from '../engine/identity/keeper.ts';
import { createPinnedPeople } from '../engine/identity/people.ts';
import type { Vault } from '../engine/identity/vault.ts';
import { redlineText } from '../engine/redlines.ts';
import { systemClock } from '../engine/system-clock.ts';
import { Feed } from '../feed/feed.ts';
import { adaptersFor } from '../lockdown/notifications/choose.ts';
import type { DesktopSenses } from '../lockdown/ports.ts';
import { createQuiet } from '../lockdown/quiet.ts';
import { runProgram } from '../lockdown/run-program.ts';
import { createSense } from '../lockdown/sense.ts';
import { createDemoDesk } from './demo-desk.ts';
import type { Desktop } from './desktop.ts';
import { GuestDesk } from './guest-desk.ts';
import type { appHandlers } from './handlers/app.ts';
import { baselineHandlers } from './handlers/baseline.ts';
import { evidenceHandlers, tidyRuns } from './handlers/evidence.ts';
import { feedHandlers, noFeed } from './handlers/feed.ts';
import { historyHandlers } from './handlers/history.ts';
import { homeHandlers } from './handlers/home.ts';
import { identityHandlers } from './handlers/identity.ts';
import { type Displays, lockHandlers } from './handlers/lock.ts';
import { mirrorHandlers } from './handlers/mirror.ts';
import { noteHandlers } from './handlers/notes.ts';
import { outputHandlers } from './handlers/output.ts';
import { preflightHandlers } from './handlers/preflight.ts';
import { printHandlers } from './handlers/print.ts';
import { createReplayDesk } from './handlers/replay.ts';
import { reportHandlers } from './handlers/report.ts';
import { runHandlers } from './handlers/run.ts';
import { LockdownDesk, type LockdownDeskParts } from './lockdown-desk.ts';
import { MirrorDesk } from './mirror-desk.ts';
import { createPreflightDesk } from './preflight-desk.ts';
import { createPromptDesk } from './prompt-desk.ts';
import { hearRecords, type Push } from './push.ts';
import type { Handlers } from './router.ts';
import { RunDesk } from './run-desk.ts';
import type { Surroundings } from './surroundings.ts';
import { underWay } from './under-way.ts';

export interface MachineRoomParts {
  readonly data: string;
  /** Where demos may make their own folders. */
  readonly demoFolder: string;
  /** The person's own home folder and environment. */
  readonly own: Surroundings;
  /** The system's keyring, or null where it has none worth the name. */
  readonly vault: Vault | null;
  readonly info: Answers['app:info'];
  readonly language: () => Language;
  /** Speaks that language. */
  readonly say: () => Translate;
  readonly settings: SettingsKeeper;
  readonly desktop: Desktop;
  /** The window that can be locked to the checklist, and what its system lets us sense. */
  readonly lock: LockdownDeskParts['lock'] & Displays;
  readonly senses: DesktopSenses;
  readonly push: Push;
  readonly log: { info(message: string): void; warn(message: string): void; error(message: string): void };
}

/** Everything behind the router. */
export interface MachineRoom {
  /** All but those about the app itself, which answer without it. */
  readonly handlers: Omit<Handlers, keyof ReturnType<typeof appHandlers>>;
  /** The run that is held, or null: what leaving depends on. */
  run(): RunState | null;
  /** The screen took in this many characters of output. */
  shown(characters: number): void;
  /** The screen was loaded anew: what was under way is gone, open questions are asked again. */
  screenLoaded(): void;
  /** Lets go of run, preflight and demo; resolves when the journal is on disk. */
  leave(): Promise<void>;
}

/** Builds the desks and the handlers upon them. Opens nothing yet. */
export function createMachineRoom(parts: MachineRoomParts): MachineRoom {
  const { data, settings, desktop, log, language, own, info } = parts;
  const feed = new Feed({
    ...{ data, clock: systemClock, machine: hostname(), random: Math.random },
    settings: settings.get().feed ?? noFeed,
    vault: parts.vault,
    onView: (view) => parts.push('feed:view', view),
    warn: (message) => log.warn(message),
  });
  const push = hearRecords(parts.push, ({ runId, record }) => feed.recorded(runId, record.seq));
  const demos = createDemoDesk(parts.demoFolder);
  const prompts = createPromptDesk(push);
  const surroundingsFor = (checklist: string): Surroundings => {
    const home = demos.homeOf(checklist);
    // A demo knows its own keys; the person's agent has no part in it.
    return home === null ? own : { home, env: {} };
  };
  const keeper = createIdentityKeeper({ folder: data, vault: parts.vault, clock: systemClock });
  const people = createPinnedPeople({ folder: data, clock: systemClock });
  keeper.subscribe((view) => push('identity:changed', view));
  const person = (): string => keeper.view()?.name ?? (settings.get().person.trim() || info.login);
  const shared = { data, surroundingsFor, clock: systemClock, prompts, push };
  const preflight = createPreflightDesk(shared);
  const between = { data, clock: systemClock, machine: hostname(), push, identity: () => keeper.need(), log };
  const mirror = new MirrorDesk({
    ...between,
    pinned: (publicKey) => people.pinned(publicKey),
    onInvited: (invitation) => void followTheNewOperator(invitation),
  });
  const lockdown = createLockdown(parts);
  const runs = new RunDesk({ ...shared, person, identity: () => keeper.identity(), mirror, lockdown, log });
  const guest = new GuestDesk({
    ...between,
    onPen: async (runId, pen) => {
      const taken = await runs.takePen(runId, pen);
      if (!taken.ok) return taken;
      push('mirror:pen', { runId, state: taken.value.state });
      return { ok: true, value: { runId, state: taken.value.state } };
    },
    invitation: async () => {
      const opened = await mirror.open(null);
      const invited = opened.ok ? await mirror.invite() : opened;
      if (!invited.ok) return invited;
      const text = invited.value.invitation?.text;
      return text === undefined ? { ok: false, failure: failure('invitation-expired') } : { ok: true, value: text };
    },
  });
  /** The pen was given away: this window becomes the checker's. */
  const followTheNewOperator = async (invitation: string): Promise<void> => {
    await mirror.close();
    const joined = await guest.join(invitation, null);
    if (!joined.ok) log.error(`The new operator could not be followed: ${JSON.stringify(joined.failure)}`);
  };
  const replay = createReplayDesk({
    data,
    busy: () => underWay({ preflight: null, held: runs.held(), followed: guest.state() }),
    settled: () => runs.settled(),
  });
  const shown = {
    folder: () => replay.folder() ?? guest.folder() ?? runs.folder(),
    feed: () => guest.feed() ?? runs.feed(),
    redline: (path: string) => {
      const folder = guest.folder();
      const state = guest.state();
      return folder === null || state === null ? runs.redline(path) : redlineText(folder, state, path);
    },
  };

  const busy = (): boolean => underWay({ preflight: preflight.source(), held: runs.held(), followed: guest.state() });
  const demosInUse = (): ReadonlySet<string> => {
    const open = preflight.source();
    return new Set([...runs.unfinished(), ...(open === null ? [] : [open])]);
  };

  void tidyRuns(data, log);

  return {
    handlers: {
      ...homeHandlers({ data, settings, desktop, demos, language, demosInUse }),
      ...printHandlers({ data, desktop, language }),
      ...preflightHandlers(preflight, prompts, lockdown),
      ...lockHandlers(lockdown, parts.lock),
      ...runHandlers({ runs, guest, preflight, desktop, lockdown, shown }),
      ...outputHandlers(shown),
      ...identityHandlers(keeper, people),
      ...mirrorHandlers(runs, mirror, guest, desktop),
      ...historyHandlers({ data, push, log, busy }),
      ...evidenceHandlers({
        ...{ data, desktop, push, language, person, identity: () => keeper.identity() },
        settled: () => runs.settled(),
        onScreen: () => replay.folder() ?? guest.folder() ?? runs.shownFolder(),
      }),
      ...feedHandlers(feed, settings),
      ...baselineHandlers({ data, desktop, say: parts.say, settled: () => runs.settled() }),
      ...replay.handlers,
      ...reportHandlers({ data, desktop, language, say: parts.say, settled: () => runs.settled() }),
      ...noteHandlers({ data, person, identity: () => keeper.identity(), settled: () => runs.settled() }),
    },
    run: () => runs.held(),
    shown: (characters) => shown.feed()?.shown(characters),
    screenLoaded: () => {
      replay.close();
      // Nobody sees it any more; it would keep its hosts, and the past waiting, until the app is left.
      preflight.close().catch((error: unknown) => log.warn(`Preflight could not be closed: ${String(error)}`));
      shown.feed()?.restart();
      prompts.repeat();
    },
    leave: async () => {
      const settled = await Promise.allSettled([runs.leave(), preflight.close(), guest.close()]);
      settled.push(...(await Promise.allSettled([feed.close()])));
      settled.push(...(await Promise.allSettled([mirror.close(), lockdown.close()])));
      // The hosts of a demo go last: a run that is being closed may still talk to them.
      settled.push(...(await Promise.allSettled([demos.close()])));
      const failed = settled.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}

/** Locks, keeps notifications back and senses, with what this desktop has. */
function createLockdown(parts: MachineRoomParts): LockdownDesk {
  const { data, lock, senses, push, language, log } = parts;
  const { platform, env } = process;
  const quiet = createQuiet({
    folder: data,
    adapters: adaptersFor(platform, { run: runProgram, env }),
    clock: systemClock,
    log,
  });
  const sense = createSense({ platform, run: runProgram, senses, quiet, root: '/' });
  return new LockdownDesk({ clock: systemClock, lock, quiet, sense, push, language, log });
}
