import { app, powerMonitor, powerSaveBlocker } from 'electron';
import { found } from '../../../shared/contract/check-table.ts';
import { sleepInhibited } from '../../lockdown/checks/sleep.ts';
import type { DesktopSenses, RunProgram } from '../../lockdown/ports.ts';
import { judgeOther, judgeX11, type WindowSystem, windowSystem } from './window-system.ts';
import { readX11 } from './x11.ts';

/** What Electron knows of the desktop: windows, staying awake, power. */
export function createSenses(run: RunProgram): DesktopSenses {
  return {
    desktop: async () => {
      const system = thisWindowSystem();
      if (system === 'x11' || system === 'xwayland') {
        const read = await readX11(run, null).catch(() => null);
        return judgeX11(read, system);
      }
      return judgeOther(system, process.platform);
    },
    sleep: async () => {
      const blocker = powerSaveBlocker.start('prevent-display-sleep');
      try {
        const { state, by } = await sleepInhibited(run, process.platform);
        if (state === 'held') return found('sleep-held', { by });
        return found(state === 'not-held' ? 'sleep-not-held' : 'sleep-asked', { by });
      } finally {
        // A count of its own: the lock's blocker goes on.
        powerSaveBlocker.stop(blocker);
      }
    },
    // Without UPower Electron on Linux answers "no" as well, so only its "yes" says something.
    power: async () => {
      const onBattery = powerMonitor.isOnBatteryPower();
      return { onBattery: process.platform === 'linux' && !onBattery ? null : onBattery };
    },
  };
}

/** The window system this process runs under. */
export const thisWindowSystem = (): WindowSystem =>
  windowSystem({
    platform: process.platform,
    env: process.env,
    ozone: app.commandLine.getSwitchValue('ozone-platform'),
    ozoneHint: app.commandLine.getSwitchValue('ozone-platform-hint'),
    electron: process.versions.electron,
  });
