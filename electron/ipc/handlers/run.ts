import type { Intent } from '../../../shared/contract/intents.ts';
import type { Desktop } from '../desktop.ts';
import type { GuestDesk } from '../guest-desk.ts';
import type { PreflightDesk } from '../preflight-desk.ts';
import type { Handlers } from '../router.ts';
import type { RunDesk } from '../run-desk.ts';

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
  /** The run on the screen, held or followed. */
  readonly shown: Pick<RunDesk, 'redline'>;
}

/** Creating, opening, working and leaving a run. */
export function runHandlers({
  runs,
  guest,
  preflight,
  desktop,
  shown,
}: RunHandlerParts): Pick<
  Handlers,
  'run:create' | 'run:open' | 'run:close' | 'run:intent' | 'run:redline' | 'evidence:pick-file'
> {
  const chosen = new Set<string>();
  return {
    'run:create': async (choice) => {
      const prepared = preflight.handOver();
      if (prepared === null) throw new Error('No preflight is open.');
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
