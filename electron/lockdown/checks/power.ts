import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { found } from '../../../shared/contract/check-table.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';
import type { DesktopSenses, RunProgram } from '../ports.ts';

interface PowerParts {
  readonly platform: NodeJS.Platform;
  readonly run: RunProgram;
  readonly senses: Pick<DesktopSenses, 'power'>;
  /** Linux: where the kernel lists power supplies. */
  readonly supplies: string;
}

/**
 * What one witness says. `onBattery` null: it does not say. `percent` null: no battery, or its charge is not told;
 * `trouble` then says why.
 */
interface Witness {
  readonly onBattery: boolean | null;
  readonly percent: number | null;
  readonly trouble: string;
}

/** Mains, or a battery full enough. Of two witnesses that differ, the worse is believed. */
export async function checkPower(parts: PowerParts): Promise<PreflightCheck> {
  const [system, desktop] = await Promise.all([askSystem(parts), parts.senses.power().catch(() => null)]);
  const second = desktop?.onBattery ?? null;
  if (system.onBattery !== true && second !== true) {
    const known = system.onBattery === false || second === false;
    return known ? found('power-mains', {}) : found('power-unknown', { reason: system.trouble });
  }
  if (system.percent === null) return found('power-unknown', { reason: `on battery; ${system.trouble}` });
  const params = { percent: String(system.percent), limit: String(limits.batteryPercent) };
  return found(system.percent >= limits.batteryPercent ? 'power-battery' : 'power-low', params);
}

async function askSystem({ platform, run, supplies }: PowerParts): Promise<Witness> {
  try {
    if (platform === 'linux') return await askKernel(supplies);
    if (platform === 'darwin') return readPmset((await run('pmset', ['-g', 'batt'])).stdout);
    return silent(`${platform}: no charge level`);
  } catch (error) {
    return silent(error instanceof Error ? error.message : String(error));
  }
}

const silent = (trouble: string): Witness => ({ onBattery: null, percent: null, trouble });

interface Supply {
  readonly name: string;
  readonly type: string;
  readonly online: string | null;
  readonly status: string | null;
  readonly capacity: string | null;
  readonly weight: number;
}

/** Linux, `Documentation/ABI/testing/sysfs-class-power`. No battery at all is a computer that lives on mains. */
async function askKernel(folder: string): Promise<Witness> {
  const supplies = await Promise.all((await readdir(folder)).map((name) => readSupply(folder, name)));
  const ours = supplies.filter((each) => each !== null);
  const batteries = ours.filter(({ type }) => type === 'Battery');
  // USB: a laptop that is charged through its USB-C port may list no other.
  const mains = ours.filter(({ type, online }) => type !== 'Battery' && type !== 'UPS' && online !== null);
  if (batteries.length === 0) return { onBattery: false, percent: null, trouble: `no battery in ${folder}` };
  const draining = batteries.some(({ status }) => status === 'Discharging');
  const resting = batteries.every(({ status }) => status !== null && /^(Charging|Full|Not charging)$/.test(status));
  const onMains = mains.length === 0 ? (resting ? true : null) : mains.some(({ online }) => online !== '0');
  const unread = batteries.find(({ capacity }) => percentOf(capacity) === null);
  return {
    onBattery: draining ? true : onMains === null ? null : !onMains,
    percent: unread === undefined ? together(batteries) : null,
    trouble: unread === undefined ? `${folder}: no status` : `${join(folder, unread.name, 'capacity')}: no percentage`,
  };
}

async function readSupply(folder: string, name: string): Promise<Supply | null> {
  const text = async (file: string): Promise<string | null> =>
    (await readFile(join(folder, name, file), 'utf8').catch(() => null))?.trim() ?? null;
  const [type, scope, present] = [await text('type'), await text('scope'), await text('present')];
  // `Device`: the battery of a mouse or a headset.
  if (type === null || scope === 'Device' || present === '0') return null;
  const full = Number((await text('energy_full')) ?? (await text('charge_full')) ?? 0);
  const [online, status, capacity] = [await text('online'), await text('status'), await text('capacity')];
  return { name, type, online, status, capacity, weight: full };
}

function percentOf(capacity: string | null): number | null {
  if (capacity === null || !/^\d{1,3}$/.test(capacity)) return null;
  return Math.min(100, Number(capacity));
}

/** Two batteries are one store: the larger counts for more, where both say how large they are. */
function together(batteries: readonly Supply[]): number {
  const sized = batteries.every(({ weight }) => weight > 0);
  const weighed = batteries.map((each) => ({ of: sized ? each.weight : 1, percent: percentOf(each.capacity) ?? 0 }));
  const all = weighed.reduce((sum, { of }) => sum + of, 0);
  return Math.floor(weighed.reduce((sum, { of, percent }) => sum + of * percent, 0) / all);
}

/** macOS: `Now drawing from 'Battery Power'`, then a line for each battery with `85%;`. */
function readPmset(text: string): Witness {
  const source = /drawing from '([^']+)'/.exec(text)?.[1];
  if (source === undefined) return silent('pmset -g batt: not understood');
  const percent = /(\d{1,3})%/.exec(text)?.[1] ?? null;
  return { onBattery: source !== 'AC Power', percent: percentOf(percent), trouble: 'pmset -g batt: no percentage' };
}
