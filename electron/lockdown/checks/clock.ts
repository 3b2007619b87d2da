import { hostsInUse } from '../../../shared/checklist/plan-lookup.ts';
import { found } from '../../../shared/contract/check-table.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';
import type { CheckSubject } from '../ports.ts';
import { listed } from './names.ts';

/** Whether the hosts' clocks agree with ours. A host of the plan that says nothing is never counted as agreeing. */
export async function checkClock(subject: Pick<CheckSubject, 'plan' | 'clockOffsets'>): Promise<PreflightCheck> {
  const used = hostsInUse(subject.plan);
  if (used.length === 0) return found('clock-no-hosts', {});
  const offsets = await subject.clockOffsets();
  const known = used.flatMap((host) => {
    const ms = offsets.get(host) ?? null;
    return ms === null ? [] : [{ host, ms }];
  });
  const sorted = known.toSorted((one, other) => Math.abs(other.ms) - Math.abs(one.ms));
  const silent = used.filter((host) => (offsets.get(host) ?? null) === null);
  const off = sorted.filter(({ ms }) => Math.abs(ms) > limits.clockOffMs);
  const limit = String(limits.clockOffMs / 1000);
  if (off.length > 0) {
    return found('clock-off', { hosts: listed([...off.map(words), ...silent.map((host) => `${host} ?`)]), limit });
  }
  if (silent.length > 0) return found('clock-unknown', { hosts: listed(silent), reason: 'no answer' });
  return found('clock-agrees', { furthest: sorted.slice(0, 1).map(words).join(), limit });
}

/** `app1 +4.2 s`: the host's clock is 4.2 s ahead of ours. */
function words({ host, ms }: { readonly host: string; readonly ms: number }): string {
  const tenths = Math.round(ms / 100);
  return `${host} ${tenths >= 0 ? '+' : ''}${(tenths / 10).toFixed(1)} s`;
}
