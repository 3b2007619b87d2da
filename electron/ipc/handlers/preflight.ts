import type { PreflightDesk } from '../preflight-desk.ts';
import type { PromptDesk } from '../prompt-desk.ts';
import type { Handlers } from '../router.ts';

/** Preflight, and the answers to whatever connecting (or a run) asks. */
export function preflightHandlers(
  preflight: PreflightDesk,
  prompts: PromptDesk,
): Pick<Handlers, 'preflight:open' | 'preflight:connect' | 'preflight:close' | 'prompt:answer'> {
  return {
    'preflight:open': ({ path, environment }) => preflight.open(path, environment),
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
