import './cover.css';
import { createRoot } from 'react-dom/client';
import type { CountersignApi } from '../../shared/contract/ipc.ts';
import { Cover, listenToViews } from './cover.tsx';

/** The page of the other displays. It listens to one push and asks nothing; main would not answer it. */
declare global {
  interface Window {
    readonly countersign: CountersignApi;
  }
}

const root = document.getElementById('root');
if (root === null) throw new Error('cover/index.html has no #root.');
createRoot(root).render(<Cover views={listenToViews(window.countersign)} />);
