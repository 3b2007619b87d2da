import { mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { app, type BrowserWindow, session, type WebContents } from 'electron';
import type { Language } from '../../shared/contract/ipc/settings.ts';
import { createTranslator, type Translate } from '../../shared/text/translate.ts';
import { defaultDataFolder, homeFolder } from '../engine/data-folder.ts';
import { bindRouter } from '../ipc/bind.ts';
import { appHandlers } from '../ipc/handlers/app.ts';
import { handlersOf } from '../ipc/handlers/lazy.ts';
import type { MachineRoom } from '../ipc/machine-room.ts';
import { createPush, type Push } from '../ipc/push.ts';
import { runProgram } from '../lockdown/run-program.ts';
import { registerAppScheme, serveApp } from './app-protocol.ts';
import { APP_URL, COVER_URL, developmentOrigin } from './content-policy.ts';
import { systemVault } from './keyring.ts';
import { systemLanguage } from './language.ts';
import { Lifecycle } from './lifecycle.ts';
import { createLockWindow } from './lock/lock-window.ts';
import { createSenses } from './lock/senses.ts';
import { type AppLog, openLog } from './log.ts';
import { applyTheme, openMainWindow } from './main-window.ts';
import { setMenu } from './menu.ts';
import { confirmLeaving, createDesktop } from './native-dialogs.ts';
import { createTrust, lockPages, lockSession } from './security.ts';
import { createSettings, type SettingsKeeper } from './settings.ts';
import { openSettingsFile } from './settings-file.ts';

const joinMs = 15_000;

/**
 * Starts the app with its window. Nothing here may wait for `ready` at the top level: Electron holds `ready` back
 * until the main file has been evaluated. The machine room (engine, SSH, parsers) is loaded when a screen first needs
 * it, so that the first screen does not wait for it.
 */
export function startWindowApp(options: { readonly data: string | null; readonly bundle: string }): void {
  const data = options.data ?? defaultDataFolder();
  mkdirSync(data, { recursive: true, mode: 0o700 });
  // Chromium's own files stay apart from runs and settings.
  app.setPath('userData', join(data, 'browser'));
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write('Countersign is already open on this data folder.\n');
    app.exit(0);
    return;
  }
  const log = openLog(data, app.isPackaged);
  process.on('uncaughtException', (error) => log.error(`Uncaught: ${error.stack ?? error.message}`));
  process.on('unhandledRejection', (reason) => {
    log.error(`Unhandled: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`);
  });
  // As root on Linux, development runs without the sandbox; asking for it again would kill every child process.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  registerAppScheme();
  void app.whenReady().then(() => openApp(data, options.bundle, log));
}

function openApp(data: string, bundle: string, log: AppLog): void {
  const origin = developmentOrigin(process.env, app.isPackaged);
  const preload = join(bundle, '../preload/preload.cjs');
  let window: BrowserWindow | null = null;
  let room: MachineRoom | null = null;
  const mainWindow = (): BrowserWindow => {
    if (window === null) throw new Error('There is no window.');
    return window;
  };

  lockSession(session.defaultSession, origin, log);
  serveApp(session.defaultSession, join(bundle, '../renderer'));
  const settings = createSettings(openSettingsFile(data, log.warn), log.warn);
  const system = systemLanguage(app.getPreferredSystemLanguages());
  const speech = followSettings(settings, system);
  const lock = createLockWindow({
    window: mainWindow,
    coverUrl: origin === null ? COVER_URL : `${origin}/cover/index.html`,
    preload,
    run: runProgram,
    onLocked: speech.setLocked,
    log,
  });
  lockPages(log, lock.refused);
  const contents = (): WebContents | null => window?.webContents ?? null;
  const push: Push = createPush(contents);
  settings.subscribe((changed) => push('settings:changed', changed));

  const lifecycle = new Lifecycle({
    run: () => room?.run() ?? null,
    locked: lock.locked,
    refuse: (refusal, way) => {
      push('window:close-refused', { refusal });
      lock.refused(way);
    },
    confirm: (question) => (window === null ? Promise.resolve(true) : confirmLeaving(window, speech.say(), question)),
    join: async () => room?.leave(),
    exit: () => {
      window?.destroy();
      app.exit(0);
    },
    log,
    joinMs,
  });
  app.on('before-quit', (event) => {
    event.preventDefault();
    void lifecycle.leave('quit');
  });
  app.on('second-instance', () => {
    if (lock.locked()) {
      lock.refused('second-instance');
      return;
    }
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });

  const trusted = createTrust(contents, origin);
  const login = userInfo().username;
  const info = {
    version: app.getVersion(),
    runtime: `Electron ${process.versions.electron}, Chromium ${process.versions['chrome']}, Node ${process.versions.node}`,
    dataDir: data,
    systemLanguage: system,
    login,
  };
  const loadRoom = async (): Promise<MachineRoom> => {
    const { createMachineRoom } = await import('../ipc/machine-room.ts');
    // Two requests may have waited for the import: there is one room.
    room ??= createMachineRoom({
      data,
      demoFolder: join(tmpdir(), `countersign-${login}`),
      own: { home: homeFolder(), env: process.env },
      vault: systemVault(),
      info,
      language: speech.language,
      say: speech.say,
      settings,
      desktop: createDesktop(mainWindow, speech.say, lock),
      lock,
      senses: createSenses(runProgram),
      push,
      log,
    });
    return room;
  };

  window = openMainWindow({
    data,
    preload,
    title: speech.say()('desktop:app-name'),
    log,
    locked: lock.locked,
    onClose: () => void lifecycle.leave('close'),
    onLoaded: () => room?.screenLoaded(),
  });
  void window.loadURL(origin === null ? APP_URL : `${origin}/`);
  const router = import('../ipc/router.ts').then(({ createRouter }) =>
    createRouter({ trusted, handlers: handlersOf(appHandlers(info, settings), loadRoom), log }),
  );
  bindRouter(router, trusted, (characters) => room?.shown(characters));
  log.info(`Countersign ${app.getVersion()} is open on ${data}`);
}

interface Speech {
  readonly language: () => Language;
  readonly say: () => Translate;
  /** The menu of a locked window leads nowhere. */
  readonly setLocked: (locked: boolean) => void;
}

/** The language the app speaks now; menu and theme follow the settings. */
function followSettings(settings: SettingsKeeper, system: Language): Speech {
  const language = (): Language => {
    const wanted = settings.get().language;
    return wanted === 'system' ? system : wanted;
  };
  let spoken: Language | null = null;
  let say: Translate = (key) => key;
  let locked = false;
  const menu = (): void => setMenu(say, process.platform, locked);
  const follow = (): void => {
    applyTheme(settings.get().theme);
    if (language() === spoken) return;
    spoken = language();
    const translator = createTranslator(spoken);
    say = (key, params) => translator.t(key, params ?? {});
    menu();
  };
  follow();
  settings.subscribe(follow);
  const setLocked = (now: boolean): void => {
    locked = now;
    menu();
  };
  return { language, say: () => say, setLocked };
}
