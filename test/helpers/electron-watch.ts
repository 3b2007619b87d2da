import type { ElectronApplication, Page } from '@playwright/test';

/** What the app's processes took at most while they were watched, in bytes. */
export interface MemoryPeak {
  readonly main: number;
  readonly renderer: number;
}

interface Watched {
  watched?: { readonly timer: NodeJS.Timeout; peak: { main: number; renderer: number } };
}

/** Begins to look at the resident memory of the main process and of the window's, several times a second. */
export async function watchMemory(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ app: electron }) => {
    const peak = { main: 0, renderer: 0 };
    const look = (): void => {
      peak.main = Math.max(peak.main, process.memoryUsage().rss);
      for (const { type, memory } of electron.getAppMetrics()) {
        if (type === 'Tab') peak.renderer = Math.max(peak.renderer, memory.workingSetSize * 1024);
      }
    };
    look();
    (globalThis as unknown as Watched).watched = { timer: setInterval(look, 200), peak };
  });
}

/** The most that was seen so far. */
export async function memoryPeak(app: ElectronApplication): Promise<MemoryPeak> {
  return await app.evaluate(() => (globalThis as unknown as Watched).watched?.peak ?? { main: 0, renderer: 0 });
}

/** Begins to measure how long the page's own thread is ever kept from its work. */
export async function watchStalls(page: Page): Promise<void> {
  await page.evaluate(() => {
    const stalls = { longest: 0, last: performance.now(), ticks: 0 };
    Object.assign(window, { stalls });
    setInterval(() => {
      const now = performance.now();
      stalls.longest = Math.max(stalls.longest, now - stalls.last);
      stalls.last = now;
      stalls.ticks += 1;
    }, 20);
  });
}

/** The longest time between two looks at the clock since the last call, and how many looks there were. */
export async function longestStall(page: Page): Promise<{ readonly ms: number; readonly ticks: number }> {
  return await page.evaluate(() => {
    const { stalls } = window as unknown as { stalls: { longest: number; last: number; ticks: number } };
    const found = { ms: Math.round(stalls.longest), ticks: stalls.ticks };
    stalls.longest = 0;
    stalls.ticks = 0;
    return found;
  });
}
