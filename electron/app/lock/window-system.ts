import { found } from '../../../shared/contract/check-table.ts';
import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';
import type { X11Reading } from './x11.ts';

/** `xwayland`: X11 as guests of a Wayland session, whose compositor keeps keys for itself. */
export type WindowSystem = 'x11' | 'xwayland' | 'wayland' | 'other';

/**
 * Which window system this process draws with. Electron up to 37 uses X11 (under Wayland: Xwayland) unless told
 * otherwise; from 38 on it follows the session.
 */
export function windowSystem(surroundings: {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** Values of `--ozone-platform` and `--ozone-platform-hint`; empty when not given. */
  readonly ozone: string;
  readonly ozoneHint: string;
  readonly electron: string;
}): WindowSystem {
  const { platform, env, ozone, ozoneHint, electron } = surroundings;
  if (platform !== 'linux') return 'other';
  const session = Boolean(env['WAYLAND_DISPLAY']) && env['XDG_SESSION_TYPE'] !== 'x11';
  const follows = Number.parseInt(electron, 10) >= 38;
  const wanted = ozone || ozoneHint || env['ELECTRON_OZONE_PLATFORM_HINT'] || (follows ? 'auto' : 'x11');
  if (wanted === 'wayland' || (wanted === 'auto' && session)) return 'wayland';
  return session ? 'xwayland' : 'x11';
}

/** Keys and gestures that the system keeps for itself, in its own words; the user guide says more. */
const limitsOf = {
  xwayland: 'Alt+Tab, Super',
  darwin: 'Ctrl+Cmd+Q, Mission Control',
  win32: 'Ctrl+Alt+Del, Win+L, Alt+Tab',
} as const;

/** `read` null: the properties could not be asked for. */
export function judgeX11(read: X11Reading | null, system: 'x11' | 'xwayland'): PreflightCheck {
  if (read === null) return found('desktop-unknown', { reason: 'xprop (x11-utils)' });
  if (read.manager === null) return found('desktop-no-manager', {});
  const manager = read.managerName ?? read.manager;
  if (!read.holds)
    return found('desktop-unknown', { reason: `${manager}: _NET_WM_STATE_FULLSCREEN, _NET_WM_STATE_ABOVE` });
  return system === 'xwayland'
    ? found('desktop-limited', { limit: limitsOf.xwayland })
    : found('desktop-held', { manager });
}

/** macOS and Windows hold the window but keep some keys; Wayland tells no program where its window is. */
export function judgeOther(system: 'wayland' | 'other', platform: NodeJS.Platform): PreflightCheck {
  if (system === 'other' && (platform === 'darwin' || platform === 'win32')) {
    return found('desktop-limited', { limit: limitsOf[platform] });
  }
  return found('desktop-unknown', { reason: system === 'wayland' ? 'Wayland (--ozone-platform=x11)' : platform });
}
