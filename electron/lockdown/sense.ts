import { join } from 'node:path';
import { assertNever } from '../../shared/assert-never.ts';
import { hostsInUse } from '../../shared/checklist/plan-lookup.ts';
import { found } from '../../shared/contract/check-table.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { PreflightCheck, PreflightItem } from '../../shared/contract/lockdown.ts';
import { checkChecker } from './checks/checker.ts';
import { checkClock } from './checks/clock.ts';
import { checkDisk } from './checks/disk.ts';
import { checkHosts } from './checks/hosts.ts';
import { listed } from './checks/names.ts';
import { checkPower } from './checks/power.ts';
import { checkUpdates } from './checks/updates.ts';
import type { CheckSubject, DesktopSenses, Quiet, RunProgram, SenseItem } from './ports.ts';

interface SenseParts {
  readonly platform: NodeJS.Platform;
  readonly run: RunProgram;
  readonly senses: DesktopSenses;
  readonly quiet: Pick<Quiet, 'trial'>;
  /** Where the system's files lie: `/`, or a tree that a test made. */
  readonly root: string;
}

/** What preflight senses, one item at a time. Never rejects and always ends: no answer in time is a finding. */
export function createSense(parts: SenseParts): SenseItem {
  return async (item, subject) => {
    const late = new AbortController();
    try {
      return await Promise.race([senseItem(parts, item, subject), outOfTime(late.signal)]);
    } catch (error) {
      return notSensed(item, subject, error instanceof Error ? error.message : String(error));
    } finally {
      late.abort();
    }
  };
}

function outOfTime(over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const seconds = limits.senseTimeoutMs / 1000;
    const timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), limits.senseTimeoutMs);
    over.addEventListener('abort', () => clearTimeout(timer));
  });
}

async function senseItem(parts: SenseParts, item: PreflightItem, subject: CheckSubject): Promise<PreflightCheck> {
  switch (item) {
    case 'notifications':
      return parts.quiet.trial();
    case 'desktop':
      return parts.senses.desktop();
    case 'power':
      return checkPower({ ...parts, supplies: join(parts.root, 'sys/class/power_supply') });
    case 'sleep':
      return parts.senses.sleep();
    case 'disk':
      return checkDisk(subject.folder);
    case 'clock':
      return checkClock(subject);
    case 'updates':
      return checkUpdates(parts);
    case 'hosts':
      return checkHosts(subject);
    case 'checker':
      return checkChecker(subject);
    default:
      return assertNever(item);
  }
}

function notSensed(item: PreflightItem, subject: CheckSubject, reason: string): PreflightCheck {
  switch (item) {
    case 'notifications':
    case 'desktop':
    case 'power':
    case 'sleep':
    case 'updates':
      return found(`${item}-unknown`, { reason });
    case 'disk':
      return found('disk-unknown', { path: subject.folder, reason });
    case 'clock':
      return found('clock-unknown', { hosts: listed(hostsInUse(subject.plan)), reason });
    case 'hosts':
      return found('hosts-missing', { hosts: listed(hostsInUse(subject.plan)) });
    case 'checker':
      return found('checker-missing', {});
    default:
      return assertNever(item);
  }
}
