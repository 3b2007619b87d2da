import './styles/index.css';
import { createRoot } from 'react-dom/client';
import type { CountersignApi } from '../shared/contract/ipc.ts';
import { Root } from './app.tsx';
import { createApp } from './store/app.ts';
import { listenToPushes } from './store/pushes.ts';
import { AppContext } from './store/use-app.ts';
import { Terminals } from './terminal/terminals.ts';
import { TerminalsContext } from './terminal/terminals-context.ts';

/** Puts the screens into an element and lets them ask and listen through `api`. */
export function mount(element: HTMLElement, api: CountersignApi): void {
  const app = createApp(api);
  listenToPushes(app);
  const terminals = new Terminals(api);
  createRoot(element).render(
    <AppContext value={app}>
      <TerminalsContext value={terminals}>
        <Root />
      </TerminalsContext>
    </AppContext>,
  );
  void app.actions.begin();
}
