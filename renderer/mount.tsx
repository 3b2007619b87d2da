import './styles/index.css';
import { createRoot } from 'react-dom/client';
import type { CountersignApi } from '../shared/contract/ipc.ts';
import { Root } from './app.tsx';
import { createApp } from './store/app.ts';
import { listenToPushes } from './store/pushes.ts';
import { AppContext } from './store/use-app.ts';

/** Puts the screens into an element and lets them ask and listen through `api`. */
export function mount(element: HTMLElement, api: CountersignApi): void {
  const app = createApp(api);
  listenToPushes(app);
  createRoot(element).render(
    <AppContext value={app}>
      <Root />
    </AppContext>,
  );
  void app.actions.begin();
  void app.actions.readIdentity();
}
