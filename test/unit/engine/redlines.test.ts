import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../electron/engine/ports.ts';
import { redlineText, watchRedlines } from '../../../electron/engine/redlines.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';
import { testClock } from '../journal/sample-run.ts';

const written = 'checklist: 1\n';
const sha256 = createHash('sha256').update(written).digest('hex');
const frozen = 'checklist/release.yaml';

let folder = '';
let source = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-redlines-'));
  source = join(folder, 'release.yaml');
  mkdirSync(join(folder, 'checklist'));
  writeFileSync(join(folder, frozen), written);
  writeFileSync(source, written);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function runState() {
  const { state } = new Story(planOf([step('one')]));
  return { ...state, source, files: [{ path: frozen, sha256, bytes: written.length }] };
}

/** Looks as often as there are moves, makes the next move after each look, and stops. */
async function watch(...moves: readonly (() => void)[]): Promise<readonly (string | null)[]> {
  const story = new Story(planOf([step('one')]));
  const closing = new AbortController();
  const left = [...moves];
  const sleep: Clock['sleep'] = async () => {
    const next = left.shift();
    if (next === undefined) closing.abort();
    else next();
  };
  const seen: (string | null)[] = [];
  const record = async (events: readonly RunEvent[]) => {
    story.happens(...events);
    for (const event of events) if (event.type === 'redline-seen') seen.push(event.data.now);
  };
  const state = () => ({ ...runState(), redlines: story.state.redlines });
  await watchRedlines({ state, record, clock: { ...testClock(), sleep }, closed: closing.signal });
  return seen;
}

const put = (path: string, make: () => void) => () => {
  rmSync(path, { recursive: true, force: true });
  make();
};

describe('redlines', () => {
  it('takes a file that a pipe or a folder stands in for as gone, once, and is not held up by it', async () => {
    const pipe = put(source, () => execFileSync('mkfifo', [source]));
    const back = put(source, () => writeFileSync(source, written));
    const inFolder = put(source, () => mkdirSync(source));
    expect(
      await watch(
        pipe,
        () => {},
        back,
        inFolder,
        () => {},
      ),
    ).toEqual([null, sha256, null]);
  });

  it('records nothing of a file that cannot be read now, and its change once it can', async () => {
    const loop = put(source, () => symlinkSync('release.yaml', source));
    const changed = put(source, () => writeFileSync(source, 'checklist: 2\n'));
    const after = createHash('sha256').update('checklist: 2\n').digest('hex');
    expect(
      await watch(
        loop,
        () => {},
        changed,
        () => {},
      ),
    ).toEqual([after]);
  });

  it('leaves a huge file where it is when the run is closed', async () => {
    truncateSync(source, 64 * 1024 * 1024 * 1024);
    const closing = new AbortController();
    const record = async () => {};
    const watching = watchRedlines({ state: runState, record, clock: testClock(), closed: closing.signal });
    setTimeout(() => closing.abort(), 50);
    await watching;
  });

  it('shows people the beginning of a huge file, and nothing of what is no file', async () => {
    writeFileSync(source, '中'.repeat(300_000));
    truncateSync(source, 8 * 1024 * 1024 * 1024);
    const { frozen: before, now } = await redlineText(folder, runState(), frozen);
    expect([before, now]).toEqual([written, '中'.repeat(200_000)]);
    rmSync(source);
    execFileSync('mkfifo', [source]);
    expect(await redlineText(folder, runState(), frozen)).toEqual({ frozen: written, now: null });
  });
});
