import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NotificationServer } from '../../../electron/lockdown/notifications/server.ts';
import type { NotificationAdapter, Quiet } from '../../../electron/lockdown/ports.ts';
import { createQuiet } from '../../../electron/lockdown/quiet.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { FakeDesktop, FakeProcess, SteppedClock } from '../../helpers/scripted-desktop.ts';
import { tempFolder } from '../../helpers/sshd.ts';

describe('keeping notifications back', () => {
  let folder: string;
  let file: string;
  let desktop: FakeDesktop;
  let clock: SteppedClock;
  let told: string[];
  let logged: string[];
  const made: Quiet[] = [];

  beforeEach(() => {
    folder = tempFolder('quiet');
    file = join(folder, 'notifications.json');
    desktop = new FakeDesktop();
    clock = new SteppedClock(limits.quietPollMs);
    told = [];
    logged = [];
  });
  afterEach(async () => {
    for (const quiet of made.splice(0)) await quiet.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function quietWith(adapters: readonly NotificationAdapter[] = [desktop.adapter()], at = folder): Quiet {
    const log = { info: () => {}, error: (message: string) => void logged.push(message) };
    const quiet = createQuiet({ folder: at, adapters, clock, log, server: async () => null });
    quiet.subscribe(({ type, detail }) => void told.push(`${type} ${detail}`));
    made.push(quiet);
    return quiet;
  }
  const written = () => JSON.parse(readFileSync(file, 'utf8')) as { runId: string | null; changed: unknown };

  it('has what was there before on disk before it changes anything', async () => {
    let onDisk: unknown = null;
    desktop.onChange = () => {
      onDisk = written();
    };
    const view = await quietWith().block('run-1');
    expect(onDisk).toEqual({
      format: 'countersign-notifications-1',
      runId: 'run-1',
      changed: [{ adapter: 'dunst', prior: { paused: false } }],
    });
    expect(view).toEqual({ adapter: 'dunst', daemon: 'fake 1.0', state: 'blocked', waiting: null });
  });

  it('puts back what was there, counts what waited first, and takes the file away', async () => {
    const quiet = quietWith();
    await quiet.block('run-1');
    desktop.waiting = 3;
    desktop.onChange = () => {
      desktop.waiting = 0;
      expect(existsSync(file)).toBe(true);
    };
    expect(await quiet.release()).toEqual({ verified: true, waiting: 3 });
    expect(desktop.paused).toBe(false);
    expect(existsSync(file)).toBe(false);
    expect(quiet.view()).toBeNull();
    expect(await quiet.release()).toBeNull();
  });

  it('leaves them kept back for a person who had them so before', async () => {
    desktop.paused = true;
    const quiet = quietWith();
    await quiet.block('run-1');
    expect(await quiet.release()).toEqual({ verified: true, waiting: null });
    expect(desktop.paused).toBe(true);
  });

  it('changes nothing when it is asked again for the same run', async () => {
    const quiet = quietWith();
    await quiet.block('run-1');
    const before = readFileSync(file, 'utf8');
    desktop.calls.length = 0;
    expect((await quiet.block('run-1'))?.state).toBe('blocked');
    expect(desktop.calls).not.toContain('block');
    expect(desktop.calls).not.toContain('read');
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(told).toEqual([]);
  });

  it('waits a moment for a daemon that takes its time', async () => {
    desktop.slowLooks = 2;
    expect((await quietWith().block('run-1'))?.state).toBe('blocked');
  });

  it('says that it is lost when the daemon never does what it was told, and goes on trying', async () => {
    desktop.answer = 'not-blocked';
    const quiet = quietWith();
    expect((await quiet.block('run-1'))?.state).toBe('lost');
    await clock.tick();
    expect(told).toEqual([]);
    desktop.answer = null;
    await clock.tick();
    expect(told).toEqual(['blocked-again fake 1.0']);
    expect(quiet.view()?.state).toBe('blocked');
  });

  it('never calls quiet what the desktop cannot be asked for', async () => {
    desktop.answer = 'unverifiable';
    const quiet = quietWith();
    expect((await quiet.block('run-1'))?.state).toBe('not-verified');
    desktop.calls.length = 0;
    await clock.tick();
    expect(desktop.calls).not.toContain('block');
    expect(told).toEqual([]);
    expect(await quiet.release()).toEqual({ verified: false, waiting: null });
    expect(desktop.paused).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  it('blocks again what a person switched on, and tells each change once', async () => {
    const quiet = quietWith();
    await quiet.block('run-1');
    await clock.tick();
    expect(told).toEqual([]);
    desktop.paused = false;
    await clock.tick();
    expect(told).toEqual(['lost dunst: notifications are shown', 'blocked-again fake 1.0']);
    expect(desktop.paused).toBe(true);
    await clock.tick();
    expect(told).toHaveLength(2);
    await quiet.release();
    expect(desktop.paused).toBe(false);
  });

  it('tells once that the daemon is gone, logs nothing each time, and blocks as soon as one is there', async () => {
    const quiet = quietWith();
    await quiet.block('run-1');
    desktop.running = false;
    desktop.calls.length = 0;
    for (let look = 0; look < 5; look += 1) await clock.tick();
    expect(desktop.calls).not.toContain('waiting');
    expect(told).toEqual(['lost dunst: fake: no daemon']);
    expect(logged).toEqual([]);
    expect(quiet.view()).toMatchObject({ state: 'lost', waiting: null });
    desktop.running = true;
    desktop.paused = false;
    await clock.tick();
    expect(told.slice(1)).toEqual(['blocked-again fake 1.0']);
    expect(desktop.paused).toBe(true);
  });

  it('takes a block that can no longer be read back for lost', async () => {
    const quiet = quietWith();
    await quiet.block('run-1');
    desktop.answer = 'unverifiable';
    await clock.tick();
    await clock.tick();
    expect(told).toEqual(['lost dunst: cannot be read back']);
    expect(quiet.view()?.state).toBe('not-verified');
    desktop.answer = null;
    await clock.tick();
    expect(told.slice(1)).toEqual(['blocked-again fake 1.0']);
  });

  it('asks twice before it takes a daemon without an answer for gone', async () => {
    const quiet = quietWith();
    await quiet.block('run-1');
    desktop.running = false;
    const sleep = clock.sleep.bind(clock);
    clock.sleep = async (ms, signal) => {
      if (ms < limits.quietPollMs) desktop.running = true;
      await sleep(ms, signal);
    };
    await clock.tick();
    expect(told).toEqual([]);
    expect(quiet.view()?.state).toBe('blocked');
  });

  it('blocks with another daemon that took the place of the first, and puts back both', async () => {
    const other = new FakeDesktop();
    other.running = false;
    other.paused = true;
    const quiet = quietWith([desktop.adapter(), other.adapter(new FakeProcess(), 'xfce')]);
    await quiet.block('run-1');
    desktop.running = false;
    other.running = true;
    await clock.tick();
    expect(quiet.view()).toMatchObject({ adapter: 'xfce', state: 'blocked' });
    expect(written().changed).toHaveLength(2);
    desktop.running = true;
    expect(await quiet.release()).toMatchObject({ verified: true });
    expect([desktop.paused, other.paused]).toEqual([false, true]);
  });

  it('looks for all adapters at once, and takes the first that fits', async () => {
    const [mako, xfce] = [new FakeDesktop(), new FakeDesktop()];
    let hung = 0;
    const hanging = (name: 'gnome' | 'kde'): NotificationAdapter => ({
      ...desktop.adapter(new FakeProcess(), name),
      probe: async () => {
        hung += 1;
        // The one goes on only when the other was asked too.
        while (hung < 2) await new Promise(setImmediate);
        throw new Error('no answer');
      },
    });
    const adapters = [hanging('gnome'), hanging('kde'), mako.adapter(new FakeProcess(), 'mako'), xfce.adapter()];
    expect((await quietWith(adapters).block('run-1'))?.adapter).toBe('mako');
  });

  it('never looks again once it is released', async () => {
    const quiet = quietWith();
    await quiet.block('run-1');
    desktop.calls.length = 0;
    await quiet.release();
    expect(clock.sleeping).toBe(0);
    desktop.calls.length = 0;
    await clock.tick();
    expect(desktop.calls).toEqual([]);
    expect(desktop.paused).toBe(false);
  });

  it('does not block again while it is being released', async () => {
    const quiet = quietWith();
    await quiet.block('run-1');
    // The look's turn comes while the release is under way.
    void clock.tick();
    await quiet.release();
    await quiet.close();
    expect(desktop.paused).toBe(false);
    expect(told).toEqual([]);
  });

  it('keeps what a dead run found, not what that run had made of it', async () => {
    const dead = new FakeProcess();
    await quietWith([desktop.adapter(dead)]).block('run-1');
    dead.kill();
    made.length = 0;
    const quiet = quietWith();
    expect((await quiet.block('run-2'))?.state).toBe('blocked');
    expect(written()).toMatchObject({ runId: 'run-2', changed: [{ prior: { paused: false } }] });
    await quiet.release();
    expect(desktop.paused).toBe(false);
  });

  it('puts back at the next start what a dead process had changed, once', async () => {
    const dead = new FakeProcess();
    await quietWith([desktop.adapter(dead)]).block('run-1');
    dead.kill();
    made.length = 0;
    desktop.waiting = 2;
    const quiet = quietWith();
    expect(await quiet.recover()).toEqual({ runId: 'run-1', verified: true, waiting: 2 });
    expect(desktop.paused).toBe(false);
    expect(await quiet.recover()).toBeNull();
  });

  it('changes nothing a second time when it died between putting back and taking the file away', async () => {
    // probe, read, block, verify, waiting; then waiting, restore: dead before it is read back.
    const dead = new FakeProcess().dieAt({ atCall: 8, after: false });
    const dying = quietWith([desktop.adapter(dead)]);
    await dying.block('run-1');
    void dying.release();
    await dead.died;
    made.length = 0;
    expect([desktop.paused, existsSync(file)]).toEqual([false, true]);
    const changes: boolean[] = [];
    desktop.onChange = (to) => void changes.push(to);
    expect(await quietWith().recover()).toMatchObject({ runId: 'run-1', verified: true });
    expect(changes).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });

  it('keeps the file when putting back fails, and puts back at the next start', async () => {
    const quiet = quietWith();
    await quiet.block('run-1');
    desktop.failing.add('restore');
    expect(await quiet.release()).toEqual({ verified: false, waiting: null });
    expect(existsSync(file)).toBe(true);
    expect(logged.join()).toContain('could not be put back');
    desktop.failing.clear();
    expect(await quietWith().recover()).toEqual({ runId: 'run-1', verified: true, waiting: null });
    expect(desktop.paused).toBe(false);
  });

  it('puts back what was there although somebody took the file away', async () => {
    const quiet = quietWith();
    await quiet.block('run-1');
    rmSync(file);
    expect(await quiet.release()).toEqual({ verified: true, waiting: null });
    expect(desktop.paused).toBe(false);
  });

  it('says that it was not read back when the desktop is not as it was', async () => {
    const quiet = quietWith();
    await quiet.block('run-1');
    desktop.failing.add('read');
    expect(await quiet.release()).toEqual({ verified: false, waiting: null });
    expect(existsSync(file)).toBe(false);
  });

  it('changes nothing when what is there before cannot be kept', async () => {
    // A file stands where the folder should be: no write can succeed.
    const nowhere = join(folder, 'full');
    writeFileSync(nowhere, '');
    const quiet = quietWith([desktop.adapter()], nowhere);
    expect(await quiet.block('run-1')).toBeNull();
    expect((await quiet.trial()).code).toBe('notifications-unknown');
    expect(desktop.calls).not.toContain('block');
    expect(logged.join()).toContain('not kept back');
  });

  it('changes nothing when what is there before cannot be read', async () => {
    desktop.failing.add('read');
    expect(await quietWith().block('run-1')).toBeNull();
    expect(desktop.calls).not.toContain('block');
    expect(existsSync(file)).toBe(false);
  });

  it('leaves nothing behind when the desktop refuses', async () => {
    desktop.failing.add('block');
    expect(await quietWith().block('run-1')).toBeNull();
    expect(existsSync(file)).toBe(false);
    expect(clock.sleeping).toBe(0);
  });

  it('has no view of a desktop that no adapter fits', async () => {
    desktop.running = false;
    expect(await quietWith().block('run-1')).toBeNull();
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ['half a file', '{"format":"countersign-not'],
    ['another format', '{"format":"other","runId":"a","changed":[]}'],
    [
      'an adapter nobody has',
      '{"format":"countersign-notifications-1","runId":"a","changed":[{"adapter":"x","prior":{}}]}',
    ],
    [
      'one adapter twice',
      JSON.stringify({
        ...{ format: 'countersign-notifications-1', runId: 'a' },
        changed: ['dunst', 'dunst'].map((adapter) => ({ adapter, prior: {} })),
      }),
    ],
    [
      'a prior state that is no plain data',
      '{"format":"countersign-notifications-1","runId":"a","changed":[{"adapter":"dunst","prior":{"a":{}}}]}',
    ],
    [
      'far too much',
      `{"format":"countersign-notifications-1","runId":"a","changed":[{"adapter":"dunst","prior":{}}]}${' '.repeat(300_000)}`,
    ],
  ])('keeps aside a file that it cannot understand: %s', async (_, content) => {
    writeFileSync(file, content);
    expect(await quietWith().recover()).toBeNull();
    expect(desktop.calls).toEqual([]);
    expect(readFileSync(`${file}.broken`, 'utf8')).toBe(content);
    expect(logged.join()).toContain('cannot be understood');
    expect((await quietWith().block('run-1'))?.state).toBe('blocked');
  });

  it('refuses, and does not die, where the file cannot be read', async () => {
    mkdirSync(file);
    const quiet = quietWith();
    expect(await quiet.recover()).toBeNull();
    expect(await quiet.block('run-1')).toBeNull();
    expect(await quiet.release()).toBeNull();
    expect(desktop.calls).not.toContain('block');
  });

  it('does not let whoever is told stop it', async () => {
    const quiet = quietWith();
    quiet.subscribe(() => {
      throw new Error('told too much');
    });
    await quiet.block('run-1');
    desktop.paused = false;
    await clock.tick();
    desktop.paused = false;
    await clock.tick();
    expect(told).toHaveLength(4);
    expect(desktop.paused).toBe(true);
  });

  it('changes nothing on the desktop when it is closed', async () => {
    const quiet = quietWith();
    await quiet.block('run-1');
    await quiet.close();
    expect([desktop.paused, existsSync(file), clock.sleeping]).toEqual([true, true, 0]);
    expect(desktop.calls.at(-1)).toBe('close');
  });

  describe('when it is tried', () => {
    it('says that it can be done, and leaves everything as it was', async () => {
      const changes: boolean[] = [];
      desktop.onChange = (to) => {
        changes.push(to);
        expect(written().runId).toBeNull();
      };
      expect(await quietWith().trial()).toEqual({
        ...{ item: 'notifications', status: 'ok', code: 'notifications-blocked' },
        params: { adapter: 'dunst', daemon: 'fake 1.0' },
      });
      expect(changes).toEqual([true, false]);
      expect(readdirSync(folder)).toEqual([]);
    });

    it.each([
      ['failed', 'notifications-not-blocked', 'not-blocked'],
      ['unknown', 'notifications-not-verified', 'unverifiable'],
    ] as const)('is %s, %s, where the desktop answers %s', async (status, code, answer) => {
      desktop.answer = answer;
      expect(await quietWith().trial()).toMatchObject({ status, code });
      expect([desktop.paused, existsSync(file)]).toEqual([false, false]);
    });

    it.each([
      ['read', 'notifications-unknown', false],
      ['block', 'notifications-unknown', false],
      ['verify', 'notifications-unknown', false],
      ['waiting', 'notifications-blocked', false],
      ['restore', 'notifications-unknown', true],
    ] as const)('leaves no trace that is not on disk when %s fails in the middle', async (method, code, left) => {
      desktop.failing.add(method);
      expect((await quietWith().trial()).code).toBe(code);
      expect([desktop.paused, existsSync(file)]).toEqual([left, left]);
      desktop.failing.clear();
      await quietWith().recover();
      expect([desktop.paused, existsSync(file)]).toEqual([false, false]);
    });

    it('is put back at the next start when the process dies in the middle', async () => {
      const dead = new FakeProcess().dieAt({ atCall: 3, after: true });
      void quietWith([desktop.adapter(dead)]).trial();
      await dead.died;
      made.length = 0;
      expect(desktop.paused).toBe(true);
      expect(await quietWith().recover()).toBeNull();
      expect([desktop.paused, existsSync(file)]).toEqual([false, false]);
    });

    it('only looks while notifications are kept back for a run', async () => {
      const quiet = quietWith();
      await quiet.block('run-1');
      desktop.calls.length = 0;
      expect((await quiet.trial()).code).toBe('notifications-blocked');
      expect(desktop.calls).toEqual(['verify', 'waiting']);
      expect(written().runId).toBe('run-1');
    });

    it('says what is missing', async () => {
      const adapter: NotificationAdapter = {
        ...desktop.adapter(new FakeProcess(), 'macos'),
        probe: async () =>
          ({
            ...{ type: 'lacking', code: 'notifications-shortcut-missing' },
            params: { shortcut: 'Countersign Focus On' },
          }) as const,
      };
      expect(await quietWith([adapter]).trial()).toEqual({
        ...{ item: 'notifications', status: 'failed', code: 'notifications-shortcut-missing' },
        params: { shortcut: 'Countersign Focus On' },
      });
    });

    const server = (found: NotificationServer | null) => (): Promise<NotificationServer | null> =>
      Promise.resolve(found);
    const enlightenment = { name: 'Enlightenment', vendor: 'e', version: '0.26', pid: 1 };
    it.each([
      ['nobody shows notifications', server(null), 'failed', 'notifications-no-daemon', {}],
      [
        'somebody unknown shows them',
        server(enlightenment),
        'failed',
        'notifications-unsupported',
        { daemon: 'Enlightenment 0.26' },
      ],
      [
        'the bus does not answer',
        () => Promise.reject(new Error('no answer')),
        'unknown',
        'notifications-unknown',
        { reason: 'no answer' },
      ],
    ] as const)('says why nothing can be done: %s', async (_, asked, status, code, params) => {
      desktop.running = false;
      const log = { info: () => {}, error: () => {} };
      const quiet = createQuiet({ folder, adapters: [desktop.adapter()], clock, log, server: asked });
      expect(await quiet.trial()).toEqual({ item: 'notifications', status, code, params });
    });
  });
});
