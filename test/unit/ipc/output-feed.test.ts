import { describe, expect, it } from 'vitest';
import { createOutputFeed, type FeedTimer, feedLimits } from '../../../electron/ipc/output-feed.ts';
import type { Push } from '../../../electron/ipc/push.ts';
import type { Pushes } from '../../../shared/contract/ipc.ts';

/** A fake clock: time passes only when a test says so. */
class FakeTimer implements FeedTimer {
  #due: { readonly at: number; readonly run: () => void }[] = [];
  #now = 0;

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.#now + ms, run };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((one) => one !== entry);
    };
  }

  pass(ms: number): void {
    this.#now += ms;
    const due = this.#due.filter((entry) => entry.at <= this.#now);
    this.#due = this.#due.filter((entry) => entry.at > this.#now);
    for (const entry of due) entry.run();
  }

  get waiting(): number {
    return this.#due.length;
  }
}

function setUp() {
  const pushed: Pushes['run:output'][] = [];
  const timer = new FakeTimer();
  const push: Push = (name, payload) => {
    if (name === 'run:output') pushed.push(payload as Pushes['run:output']);
  };
  const feed = createOutputFeed(push, timer);
  const say = (data: string, attempt = 'a1', skipped = 0) => feed.tap({ attempt, data, skipped });
  return { feed, say, timer, pushed };
}

const frame = feedLimits.everyMs;

describe('the output feed', () => {
  it('sends many small chunks of one frame as one push', () => {
    const { say, timer, pushed } = setUp();
    for (let line = 0; line < 100; line += 1) say(`line ${line}\n`);
    expect(pushed).toHaveLength(0);
    timer.pass(frame);
    expect(pushed).toHaveLength(1);
    expect(pushed[0]?.data.split('\n')).toHaveLength(101);
    expect(timer.waiting).toBe(0);
  });

  it('keeps attempts apart', () => {
    const { say, timer, pushed } = setUp();
    say('one', 'a1');
    say('two', 'a2');
    timer.pass(frame);
    expect(pushed).toEqual([
      { attempt: 'a1', data: 'one', skipped: 0 },
      { attempt: 'a2', data: 'two', skipped: 0 },
    ]);
  });

  it('drops the middle of a flood, says how much, and never sends more than the limit in one frame', () => {
    const { say, timer, pushed } = setUp();
    const total = 3_000_000;
    say('HEAD');
    for (let sent = 4; sent < total - 4; sent += 1_000) say('x'.repeat(Math.min(1_000, total - 4 - sent)));
    say('TAIL');
    timer.pass(frame);
    const characters = pushed.reduce((sum, { data }) => sum + data.length, 0);
    const skipped = pushed.reduce((sum, piece) => sum + piece.skipped, 0);
    expect(characters).toBeLessThanOrEqual(feedLimits.perPush);
    expect(characters + skipped).toBe(total);
    expect(pushed[0]?.data.startsWith('HEAD')).toBe(true);
    expect(pushed.at(-1)?.data.endsWith('TAIL')).toBe(true);
  });

  it('never cuts a character in two', () => {
    const { say, timer, pushed } = setUp();
    say(`x${'😀'.repeat(feedLimits.perPush)}`);
    timer.pass(frame);
    expect(pushed).toHaveLength(2);
    for (const { data } of pushed) expect(() => encodeURIComponent(data)).not.toThrow();
  });

  it('passes on what the engine had to leave out', () => {
    const { say, timer, pushed } = setUp();
    say('after', 'a1', 500);
    timer.pass(frame);
    expect(pushed).toEqual([{ attempt: 'a1', data: 'after', skipped: 500 }]);
  });

  it('holds back while the screen does not take anything in, and goes on with the newest when it does', () => {
    const { feed, say, timer, pushed } = setUp();
    const chunk = 'y'.repeat(feedLimits.perPush);
    for (let round = 0; round < 100; round += 1) {
      say(chunk);
      timer.pass(frame);
    }
    const sent = pushed.reduce((sum, { data }) => sum + data.length, 0);
    expect(sent).toBeLessThanOrEqual(feedLimits.underWay + feedLimits.perPush);
    say('\nthe newest line\n');
    feed.shown(sent);
    timer.pass(frame);
    expect(pushed.at(-1)?.data.endsWith('the newest line\n')).toBe(true);
    const told = pushed.reduce((sum, piece) => sum + piece.data.length + piece.skipped, 0);
    expect(told).toBe(100 * chunk.length + '\nthe newest line\n'.length);
  });

  it('goes on after the screen was loaded anew, though nothing under way was ever taken in', () => {
    const { feed, say, timer, pushed } = setUp();
    for (let round = 0; round < 20; round += 1) {
      say('z'.repeat(feedLimits.perPush));
      timer.pass(frame);
    }
    const before = pushed.length;
    say('again');
    timer.pass(frame);
    expect(pushed).toHaveLength(before);
    feed.restart();
    timer.pass(frame);
    expect(pushed.length).toBeGreaterThan(before);
  });

  it('gives a late screen the text so far once: what still waited is not pushed again', () => {
    const { feed, say, timer, pushed } = setUp();
    say('so far ');
    timer.pass(frame);
    say('and this');
    expect(feed.tail('a1')).toEqual({ text: 'so far and this', skipped: 0 });
    timer.pass(frame);
    expect(pushed).toHaveLength(1);
  });

  it('keeps a bounded tail of an endless line', () => {
    const { feed, say } = setUp();
    for (let round = 0; round < 50; round += 1) say('w'.repeat(100_000));
    const tail = feed.tail('a1');
    expect(tail?.text.length).toBeLessThanOrEqual(feedLimits.recent);
    expect((tail?.text.length ?? 0) + (tail?.skipped ?? 0)).toBe(5_000_000);
  });

  it('sends the last text of an attempt that has ended, then forgets it', () => {
    const { feed, say, timer, pushed } = setUp();
    say('bye');
    feed.ended('a1');
    timer.pass(frame);
    expect(pushed).toEqual([{ attempt: 'a1', data: 'bye', skipped: 0 }]);
    expect(feed.tail('a1')).toBeNull();
  });

  it('says nothing after it was closed', () => {
    const { feed, say, timer, pushed } = setUp();
    say('late');
    feed.close();
    timer.pass(frame);
    expect(pushed).toEqual([]);
  });
});
