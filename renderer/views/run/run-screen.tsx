import { type ReactNode, useEffect, useState } from 'react';
import { useText } from '../../components/use-text.ts';
import { useApp, useAppState } from '../../store/use-app.ts';
import { Terminals } from '../../terminal/terminals.ts';
import { TerminalsContext } from '../../terminal/terminals-context.ts';
import { RunView } from './run-view.tsx';

/** The operator's screen with the terminals that live and die with it. */
export function RunScreen() {
  return (
    <WithTerminals>
      <RunView />
    </WithTerminals>
  );
}

/** The terminals of one run, which live and die with its screen. */
export function WithTerminals({ children }: { readonly children: ReactNode }) {
  const { api } = useApp();
  const { t } = useText();
  const theme = useAppState((state) => state.settings?.theme ?? 'system');
  const [terminals] = useState(() => new Terminals(api));
  useEffect(() => () => terminals.dispose(), [terminals]);
  useEffect(() => {
    terminals.setSkippedMarker((characters) => t('skipped', { count: characters }));
  }, [terminals, t]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme stands on the page; its change is the occasion.
  useEffect(() => {
    terminals.retheme();
    const desktop = matchMedia('(prefers-color-scheme: dark)');
    const retheme = (): void => terminals.retheme();
    desktop.addEventListener('change', retheme);
    return () => desktop.removeEventListener('change', retheme);
  }, [terminals, theme]);
  return <TerminalsContext value={terminals}>{children}</TerminalsContext>;
}
