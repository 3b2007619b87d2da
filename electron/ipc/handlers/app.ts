import type { Answers } from '../../../shared/contract/ipc.ts';
import type { SettingsKeeper } from '../../app/settings.ts';
import type { Handlers } from '../router.ts';

/** About the app itself, and its settings. */
export function appHandlers(
  info: Answers['app:info'],
  settings: SettingsKeeper,
): Pick<Handlers, 'app:info' | 'settings:get' | 'settings:set'> {
  return {
    'app:info': () => info,
    'settings:get': () => settings.get(),
    'settings:set': (change) => settings.set(change),
  };
}
