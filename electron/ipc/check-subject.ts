import type { Plan } from '../../shared/checklist/plan.ts';
import { admittedChecker } from '../../shared/run/people-policy.ts';
import { clockOffset } from '../engine/hosts/clock-offset.ts';
import type { OpenRun } from '../engine/open-run.ts';
import type { Clock, Hosts } from '../engine/ports.ts';
import type { CheckSubject } from '../lockdown/ports.ts';

/** What preflight looks at before there is a run: nobody can be following yet. */
export function planSubject(plan: Plan, hosts: Hosts, folder: string, clock: Clock): CheckSubject {
  return { ...common(plan, hosts, clock), folder, checker: null };
}

/** The same once the run is under way. */
export function runSubject({ controller, hosts, folder }: OpenRun, clock: Clock): CheckSubject {
  const checker = admittedChecker(controller.state);
  const name = checker?.presence === 'here' ? checker.name : null;
  return { ...common(controller.state.plan, hosts, clock), folder, checker: { name } };
}

function common(plan: Plan, hosts: Hosts, clock: Clock): Pick<CheckSubject, 'plan' | 'clockOffsets' | 'connected'> {
  const connected = (): ReadonlySet<string> =>
    new Set(plan.hosts.map(({ name }) => name).filter((name) => hosts.connection(name) !== null));
  return {
    plan,
    connected,
    clockOffsets: async () => {
      const asked = [...connected()].map(async (host) => [host, await clockOffset(hosts, host, clock)] as const);
      return new Map(await Promise.all(asked));
    },
  };
}
