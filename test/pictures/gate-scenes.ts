import type { Plan } from '../../shared/checklist/plan.ts';
import { found } from '../../shared/contract/check-table.ts';
import type { DisplayView } from '../../shared/contract/ipc/lock.ts';
import type { PreflightCheck } from '../../shared/contract/lockdown.ts';
import type { FakeScript } from '../helpers/fake-countersign-api.ts';
import { picturePlan } from './plan.ts';
import { home, output, type Scene } from './stage.ts';

type More = Partial<FakeScript> & { readonly production?: boolean; readonly change?: (plan: Plan) => Plan };

function gate(checks: readonly PreflightCheck[], press: readonly string[], more: More = {}): Scene {
  const { production = true, change = (plan) => plan, ...script } = more;
  return {
    press: ['.demo .button', ...press],
    script: (language, theme) => {
      // The fake lets nobody on to app3.
      const whole = JSON.stringify(picturePlan(language, production)).replaceAll('app3', 'app4');
      const plan = change(JSON.parse(whole));
      return { language, theme, plan, home, output, minutesAgo: 0, events: [], checks, ...script };
    },
  };
}

const good: readonly PreflightCheck[] = [
  found('notifications-blocked', { adapter: 'dunst', daemon: 'dunst 1.9.0' }),
  found('desktop-held', { manager: 'Openbox' }),
  found('power-battery', { percent: '84', limit: '50' }),
  found('sleep-held', { by: 'logind' }),
  found('disk-enough', { path: '/home/wang/.local/share/countersign', free: '41.2 GiB', needed: '2 GiB' }),
  found('clock-agrees', { furthest: 'app2 +0.4 s', limit: '3' }),
  found('updates-none', { by: 'apt' }),
  found('hosts-reached', { hosts: 'app1, app2, app4' }),
  found('checker-to-come', {}),
];
const trouble: readonly PreflightCheck[] = [
  found('notifications-not-verified', { adapter: 'mako', daemon: 'mako' }),
  found('desktop-limited', { limit: 'Ctrl+Alt+F1 … F12' }),
  found('disk-low', { path: '/home/wang/.local/share/countersign', free: '310 MiB', needed: '2 GiB' }),
  found('clock-off', { hosts: 'app1 +4.2 s, app4 -3.5 s', limit: '3' }),
];
const with4 = withFound(good, trouble);
const few = withFound(good, trouble.slice(1, 3));
const unconnected = withFound(good, [
  found('clock-unknown', { hosts: 'app1, app2, app4', reason: 'not connected' }),
  found('hosts-missing', { hosts: 'app1, app2, app4' }),
]);
const sensing = good.filter(({ item }) => !['notifications', 'clock', 'updates'].includes(item));

function withFound(checks: readonly PreflightCheck[], others: readonly PreflightCheck[]): readonly PreflightCheck[] {
  return checks.map((check) => others.find(({ item }) => item === check.item) ?? check);
}

const displays: readonly DisplayView[] = [
  { id: 1, label: 'eDP-1', width: 1920, height: 1200, primary: true, chosen: true },
  { id: 2, label: 'DELL U2723QE with a rather long name', width: 3840, height: 2160, primary: false, chosen: false },
];

const connect = ['[data-primary]', '.host.is-connected ~ .host.is-connected ~ .host.is-connected', '#checks'];
const goPast = (item: string, reason: string): readonly string[] => [
  `[data-check=${item}].is-open .check-acts .button:last-of-type`,
  `type ${reason}`,
  '.dialog .button.solid',
];
const decideBoth = [
  ...goPast('desktop', 'Nobody else is at this desk; consoles stay untouched'),
  ...goPast('disk', 'The recordings of this release are small: 40 MB in the rehearsal'),
];
const cold = (plan: Plan): Plan => ({
  ...plan,
  ...{ blocks: [], rollback: { order: [], steps: [] } },
  steps: plan.steps.map((step) => ({ ...step, phase: 0, block: null, rollback: null })),
});

/** What stands before the start: the checks, what is decided about them, and the lockdown. */
export const gateScenes: Readonly<Record<string, Scene>> = {
  'gate-unconnected': gate(unconnected, []),
  'gate-good': gate(good, connect, { displays }),
  'gate-sensing': gate(sensing, connect),
  'gate-found': gate(with4, connect),
  'gate-settle': gate(with4, [...connect, '[data-primary]']),
  'gate-dialog': gate(with4, [...connect, '[data-check=clock] .check-acts .button:last-of-type']),
  'gate-decided': gate(few, [...connect, ...decideBoth]),
  'gate-confirm': gate(few, [...connect, ...decideBoth, '[data-primary]']),
  'gate-off-dialog': gate(good, [...connect, '.switch']),
  'gate-off': gate(good, [
    ...connect,
    ...['.switch', 'type The lock has not been rehearsed on this desktop', '.dialog .button.solid'],
  ]),
  'gate-advice': gate(with4, [], { production: false }),
  'gate-advice-locked': gate(good, ['.switch'], { production: false, displays }),
  'gate-nothing-to-lock': gate(good, ['#lockdown'], { change: cold }),
};
