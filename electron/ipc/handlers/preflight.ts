import type { LockdownDesk } from '../lockdown-desk.ts';
import type { PreflightDesk } from '../preflight-desk.ts';
import type { PromptDesk } from '../prompt-desk.ts';
import type { Handlers } from '../router.ts';

/** Preflight, and the answers to whatever connecting (or a run) asks. */
export function preflightHandlers(
  preflight: PreflightDesk,
  prompts: PromptDesk,
  lockdown: Pick<LockdownDesk, 'forget' | 'check'>,
): Pick<Handlers, 'preflight:open' | 'preflight:connect' | 'preflight:check' | 'preflight:close' | 'prompt:answer'> {
  return {
    'preflight:open': ({ path, environment }) => {
      lockdown.forget();
      return preflight.open(path, environment);
    },
    'preflight:check': async ({ items }) => {
      const subject = preflight.subject();
      // The person went back in the meantime: nobody asks any more.
      if (subject !== null) await lockdown.check(items, subject);
      return null;
    },
    'preflight:connect': ({ hosts }) => {
      preflight.connect(hosts);
      return null;
    },
    'preflight:close': async () => {
      await preflight.close();
      return null;
    },
    'prompt:answer': ({ id, values }) => {
      prompts.answer(id, values);
      return null;
    },
  };
}
