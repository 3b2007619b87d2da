import { useRun } from '../store/use-app.ts';

/** The account we work as on a host: the one that connected, else the one the checklist names. Null when unknown. */
export function useHostAccount(host: string): string | null {
  return useRun(({ state }) => {
    const index = state.plan.hosts.findIndex(({ name }) => name === host);
    return state.hosts[index]?.user ?? state.plan.hosts[index]?.user ?? null;
  });
}
