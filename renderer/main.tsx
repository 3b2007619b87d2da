import type { CountersignApi } from '../shared/contract/ipc.ts';
import { mount } from './mount.tsx';

declare global {
  interface Window {
    readonly countersign: CountersignApi;
  }
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
mount(root, window.countersign);
