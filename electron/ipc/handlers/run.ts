import type { Intent } from '../../../shared/contract/intents.ts';
import { mayStart } from '../../../shared/run/lockdown.ts';
import { neverLocked } from '../../../shared/run/lockdown-fold.ts';
import type { Desktop } from '../desktop.ts';
import type { GuestDesk } from '../guest-desk.ts';
import type { LockdownDesk } from '../lockdown-desk.ts';
import type { PreflightDesk } from '../preflight-desk.ts';
import type { Handlers } from '../router.ts';
import { notNow, type RunDesk } from '../run-desk.ts';

/** Files in an answer must have been chosen in our own dialog: a screen may not name files by itself. */
function namedFiles(intent: Intent): readonly string[] {
  if (intent.type !== 'confirm-manual') return [];
  return Object.values(intent.evidence).flatMap((answer) => (typeof answer === 'object' ? [answer.path] : []));
}

export interface RunHandlerParts {
  readonly runs: RunDesk;
  readonly guest: Pick<GuestDesk, 'close'>;
  readonly preflight: PreflightDesk;
  readonly desktop: Desktop;
  readonly lockdown: Pick<LockdownDesk, 'complete' | 'found'>;
  /** The run on the screen, held or followed. */
  readonly shown: Pick<RunDesk, 'redline'>;
}

/** Creating, opening, working and leaving a run. */
export function runHandlers({
  runs,
  guest,
  preflight,
  desktop,
  lockdown,
  shown,
}: RunHandlerParts): Pick<
  Handlers,
  'run:create' | 'run:open' | 'run:close' | 'run:intent' | 'run:redline' | 'evidence:pick-file'
> {
  const chosen = new Set<string>();
  return {
    'run:create': async (choice) => {
      const subject = preflight.subject();
      if (subject === null) throw new Error('No preflight is open.');
      // What the screen did not ask for is sensed now: nothing begins unseen.
      await lockdown.complete(subject);
      const found = { plan: subject.plan, lockdown: { ...neverLocked, checks: lockdown.found } };
      const refusal = mayStart(found, choice);
      if (refusal !== null) return notNow(refusal);
      const prepared = preflight.handOver();
      if (prepared === null) throw new Error('Preflight was left while it was being sensed.');
      // One window does one thing: what is followed is let go of.
      await guest.close();
      return await runs.create(prepared, choice);
    },
    'run:open': async ({ runId }) => {
      await guest.close();
      return await runs.open(runId);
    },
    'run:close': async () => {
      const refusal = await runs.close();
      return refusal === null ? { ok: true } : { ok: false, refusal };
    },
    'run:intent': ({ intent }) => {
      const strange = namedFiles(intent).find((path) => !chosen.has(path));
      if (strange !== undefined) throw new Error(`This file was not chosen in the dialog: ${strange}`);
      return runs.submit(intent);
    },
    'run:redline': ({ path }) => shown.redline(path),
    'evidence:pick-file': async () => {
      const path = await desktop.chooseEvidence();
      if (path === null) return null;
      chosen.add(path);
      return { path };
    },
  };
}
