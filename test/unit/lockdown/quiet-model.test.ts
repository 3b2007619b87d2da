import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Quiet } from '../../../electron/lockdown/ports.ts';
import { createQuiet } from '../../../electron/lockdown/quiet.ts';
import { parseChanged } from '../../../electron/lockdown/quiet-file.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { FakeDesktop, FakeProcess, SteppedClock } from '../../helpers/scripted-desktop.ts';
import { tempFolder } from '../../helpers/sshd.ts';

/** What can happen to the app and its desktop; `at` and `after` say where a process dies, if it does. */
const happening = fc.oneof(
  fc.record({ type: fc.constant('block' as const), run: fc.constantFrom('run-1', 'run-2') }),
  fc.record({ type: fc.constantFrom('release' as const, 'trial' as const, 'recover' as const, 'look' as const) }),
  fc.record({ type: fc.constantFrom('person-on' as const, 'person-off' as const, 'daemon-restarts' as const) }),
  fc.record({ type: fc.constantFrom('daemon-ends' as const, 'daemon-starts' as const) }),
  fc.record({ type: fc.constant('dies' as const), atCall: fc.integer({ min: 1, max: 10 }), after: fc.boolean() }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** One app after the other in the same data folder, on the same FAKE desktop. */
class World {
  readonly #folder = tempFolder('quiet-model');
  readonly #file = join(this.#folder, 'notifications.json');
  readonly #desktop = new FakeDesktop();
  #clock = new SteppedClock(limits.quietPollMs);
  #process = new FakeProcess();
  #quiet: Quiet;
  /** What was there when it was first written down and is not put back yet; null while nothing is. */
  #before: boolean | null = null;

  constructor(paused: boolean) {
    this.#desktop.paused = paused;
    this.#desktop.onChange = () => {
      // Never changed without what was there before being on disk.
      const kept = existsSync(this.#file) ? parseChanged(readFileSync(this.#file, 'utf8')) : null;
      expect(kept?.changed).toEqual([{ adapter: 'dunst', prior: { paused: this.#before ?? this.#desktop.paused } }]);
      this.#before ??= this.#desktop.paused;
    };
    this.#quiet = this.#started();
  }

  #started(): Quiet {
    const log = { info: () => {}, error: () => {} };
    const adapters = [this.#desktop.adapter(this.#process)];
    const parts = { folder: this.#folder, adapters, clock: this.#clock, log };
    return createQuiet({ ...parts, server: async () => null });
  }

  /** What it resolves to, or nothing when the process dies over it: then another is started, and recovers. */
  async #lives(act: () => Promise<unknown>): Promise<void> {
    const found = this.#desktop.paused;
    if ((await Promise.race([act(), this.#process.died])) === 'died') await this.#startAnew();
    if (existsSync(this.#file)) this.#before ??= found;
    else this.#settled();
  }

  async #startAnew(): Promise<void> {
    this.#clock = new SteppedClock(limits.quietPollMs);
    this.#process = new FakeProcess();
    this.#quiet = this.#started();
    await this.#quiet.recover();
  }

  #settled(): void {
    if (this.#before !== null) expect(this.#desktop.paused).toBe(this.#before);
    this.#before = null;
  }

  async happens(what: Happening): Promise<void> {
    const desktop = this.#desktop;
    switch (what.type) {
      case 'block':
        return await this.#lives(() => this.#quiet.block(what.run));
      case 'look':
        return await this.#lives(() => this.#clock.tick(this.#process));
      case 'release':
        return await this.#lives(() => this.#quiet.release());
      case 'trial':
        return await this.#lives(() => this.#quiet.trial());
      case 'recover':
        return await this.#lives(() => this.#quiet.recover());
      case 'dies':
        this.#process.dieAt(what);
        return;
      case 'person-on':
      case 'person-off':
        desktop.paused = what.type === 'person-off';
        return;
      case 'daemon-restarts':
        desktop.paused = false;
        return;
      case 'daemon-ends':
      case 'daemon-starts':
        desktop.running = what.type === 'daemon-starts';
    }
  }

  /** The daemon is there, the app is started once more: everything is as it was. */
  async ends(): Promise<void> {
    this.#desktop.running = true;
    this.#process.kill();
    await this.#startAnew();
    expect(existsSync(this.#file)).toBe(false);
    this.#settled();
    await this.#quiet.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

it('leaves what was there before the first change, whatever happens to app, person and daemon', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(happening, { maxLength: 25 }), async (paused, happenings) => {
      const world = new World(paused);
      for (const what of happenings) await world.happens(what);
      await world.ends();
    }),
    { numRuns: 200 },
  );
});
