import { lazy, Suspense, useEffect, useMemo } from 'react';
import { I18nProvider } from 'react-aria-components';
import { I18nextProvider } from 'react-i18next';
import { createTranslator } from '../shared/text/translate.ts';
import { Announcer } from './components/announcer.tsx';
import { ScreenFault } from './components/screen-fault.tsx';
import { languageOf } from './store/app-state.ts';
import { useAppState } from './store/use-app.ts';
import { HomeView } from './views/home/home-view.tsx';

// Everything behind the home screen is loaded when it is first needed: the first screen stands sooner.
const PreflightView = lazy(async () => ({
  default: (await import('./views/preflight/preflight-view.tsx')).PreflightView,
}));
const RunScreen = lazy(async () => ({ default: (await import('./views/run/run-screen.tsx')).RunScreen }));
const CheckerScreen = lazy(async () => ({
  default: (await import('./views/checker/checker-screen.tsx')).CheckerScreen,
}));
const FinishedView = lazy(async () => ({ default: (await import('./views/finished/finished-view.tsx')).FinishedView }));
const HistoryView = lazy(async () => ({ default: (await import('./views/history/history-view.tsx')).HistoryView }));
const ReplayScreen = lazy(async () => ({ default: (await import('./views/replay/replay-screen.tsx')).ReplayScreen }));
const CompareView = lazy(async () => ({ default: (await import('./views/compare/compare-view.tsx')).CompareView }));
const SettingsDialog = lazy(async () => ({ default: (await import('./views/settings-dialog.tsx')).SettingsDialog }));
const IdentityGate = lazy(async () => ({
  default: (await import('./views/identity/identity-gate.tsx')).IdentityGate,
}));
const Prompts = lazy(async () => ({ default: (await import('./views/prompt-dialog.tsx')).Prompts }));

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
        <ScreenFault>
          <Suspense>
            <Screen />
          </Suspense>
          <Suspense>
            <Overlays />
          </Suspense>
        </ScreenFault>
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
  if (screen === 'checker') return <CheckerScreen />;
  if (screen === 'replay') return <ReplayScreen />;
  if (screen === 'compare') return <CompareView />;
  if (screen === 'history') return <HistoryView />;
  if (screen === 'run' && run !== null)
    return run.state.status === 'ended' ? <FinishedView run={run} /> : <RunScreen />;
  return <HomeView />;
}

function Overlays() {
  const settings = useAppState((state) => (state.settingsOpen ? state.settings : null));
  const asked = useAppState((state) => state.prompts.length > 0);
  const keyWanted = useAppState((state) => state.identity.wanted);
  return (
    <>
      {settings === null ? null : <SettingsDialog settings={settings} />}
      {/* Of its own, so that a dialog below does not vanish while this one is loaded. */}
      <Suspense>{keyWanted ? <IdentityGate /> : null}</Suspense>
      {asked ? <Prompts /> : null}
    </>
  );
}

/** Puts the chosen theme on the page; `system` leaves it to the desktop. */
function Theme() {
  const theme = useAppState((state) => state.settings?.theme ?? 'system');
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return null;
}

/** The window's title names environment and release, so that the taskbar does as well. */
function WindowTitle() {
  const plan = useAppState((state) => state.run?.state.plan ?? state.preflight?.plan ?? null);
  // Who follows somebody's run has a title that says so (checker-screen).
  const following = useAppState((state) => state.screen === 'checker');
  useEffect(() => {
    if (following) return;
    document.title = plan === null ? 'Countersign' : `${plan.environment} · ${plan.title} · Countersign`;
  }, [plan, following]);
  return null;
}
