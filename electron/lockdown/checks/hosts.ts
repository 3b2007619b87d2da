import { hostsInUse } from '../../../shared/checklist/plan-lookup.ts';
import { found } from '../../../shared/contract/check-table.ts';
import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';
import type { CheckSubject } from '../ports.ts';
import { listed } from './names.ts';

/** Whether every host that a step works on is connected. */
export function checkHosts({ plan, connected }: Pick<CheckSubject, 'plan' | 'connected'>): PreflightCheck {
  const used = hostsInUse(plan);
  if (used.length === 0) return found('hosts-none', {});
  const there = connected();
  const missing = used.filter((host) => !there.has(host));
  return missing.length === 0
    ? found('hosts-reached', { hosts: listed(used) })
    : found('hosts-missing', { hosts: listed(missing) });
}
