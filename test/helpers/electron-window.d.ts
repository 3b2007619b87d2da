import type { CountersignApi } from '../../shared/contract/ipc.ts';

/** What the preload puts into every page of the app; for code that Playwright runs there. */
declare global {
  interface Window {
    readonly countersign: CountersignApi;
  }
}
