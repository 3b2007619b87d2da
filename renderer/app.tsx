import { useEffect, useMemo } from 'react';
import { I18nProvider } from 'react-aria-components';
import { I18nextProvider } from 'react-i18next';
import { createTranslator } from '../shared/text/translate.ts';
import { Announcer } from './components/announcer.tsx';
import { useText } from './components/use-text.ts';
import { languageOf } from './store/app-state.ts';
import { useAppState } from './store/use-app.ts';
import { useTerminals } from './terminal/terminals-context.ts';
import { FinishedView } from './views/finished/finished-view.tsx';
import { HomeView } from './views/home/home-view.tsx';
import { PreflightView } from './views/preflight/preflight-view.tsx';
import { Prompts } from './views/prompt-dialog.tsx';
import { RunView } from './views/run/run-view.tsx';
import { SettingsDialog } from './views/settings-dialog.tsx';

/** Every screen, in the person's language and theme. */
export function Root() {
  const language = useAppState(languageOf);
  const translator = useMemo(() => createTranslator(language), [language]);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  return (
    <I18nextProvider i18n={translator}>
      <I18nProvider locale={language === 'zh' ? 'zh-CN' : 'en'}>
        <Theme />
        <WindowTitle />
        <Screen />
        <Overlays />
        <Announcer />
      </I18nProvider>
    </I18nextProvider>
  );
}

function Screen() {
  const screen = useAppState((state) => state.screen);
  const preflight = useAppState((state) => state.preflight);
  const run = useAppState((state) => state.run);
  const ready = useAppState((state) => state.settings !== null);
  if (!ready) return null;
  if (screen === 'preflight' && preflight !== null)
    return <PreflightView key={`${preflight.path} ${preflight.environment}`} preflight={preflight} />;
  if (screen === 'run' && run !== null) return run.state.status === 'ended' ? <FinishedView run={run} /> : <RunView />;
  return <HomeView />;
}

function Overlays() {
  const settings = useAppState((state) => (state.settingsOpen ? state.settings : null));
  return (
    <>
      {settings === null ? null : <SettingsDialog settings={settings} />}
      <Prompts />
    </>
  );
}

/** Puts the chosen theme on the page; `system` leaves it to the desktop. */
function Theme() {
  const { t } = useText();
  const theme = useAppState((state) => state.settings?.theme ?? 'system');
  const terminals = useTerminals();
  useEffect(() => {
    terminals.setSkippedMarker((characters) => t('skipped', { count: characters }));
  }, [terminals, t]);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    terminals.retheme();
    const desktop = matchMedia('(prefers-color-scheme: dark)');
    const retheme = (): void => terminals.retheme();
    desktop.addEventListener('change', retheme);
    return () => desktop.removeEventListener('change', retheme);
  }, [theme, terminals]);
  return null;
}

/** The window's title names environment and release, so that the taskbar does as well. */
function WindowTitle() {
  const plan = useAppState((state) => state.run?.state.plan ?? state.preflight?.plan ?? null);
  useEffect(() => {
    document.title = plan === null ? 'Countersign' : `${plan.environment} · ${plan.title} · Countersign`;
  }, [plan]);
  return null;
}
