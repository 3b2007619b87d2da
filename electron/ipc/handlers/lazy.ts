import { requestSchemas } from '../../../shared/contract/ipc.ts';
import type { Handlers } from '../router.ts';
import type { appHandlers } from './app.ts';

/** All handlers: those about the app itself answer at once, all others load the machine room when first asked. */
export function handlersOf(
  early: ReturnType<typeof appHandlers>,
  loadRoom: () => Promise<{ readonly handlers: Omit<Handlers, keyof ReturnType<typeof appHandlers>> }>,
): Handlers {
  const later = (name: string) => async (payload: unknown) => {
    const handlers = (await loadRoom()).handlers as unknown as Record<string, (payload: unknown) => unknown>;
    const handler = handlers[name];
    if (handler === undefined) throw new Error(`No handler for ${name}`);
    return await handler(payload);
  };
  const names = Object.keys(requestSchemas);
  // Every name of the contract is there; the compiler cannot see it through `fromEntries`.
  return { ...(Object.fromEntries(names.map((name) => [name, later(name)])) as unknown as Handlers), ...early };
}
