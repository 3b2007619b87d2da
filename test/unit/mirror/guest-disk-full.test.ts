import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { selfSigned } from '../../helpers/certificates.ts';
import { FollowedRun, Following, person, runId } from '../../helpers/guest-kit.ts';
import { journalLines, ScriptedHost } from '../../helpers/mirror-server.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;
const base = mkdtempSync(join(tmpdir(), 'countersign-guest-full-'));
const checker = person('Zhang San');
process.on('exit', () => rmSync(base, { recursive: true, force: true }));

describe.skipIf(!canMount)('on a disk of 512 KiB (needs root on Linux to mount a small tmpfs)', () => {
  const certificate = selfSigned(base, 'operator');
  let disk: string;
  let host: ScriptedHost;
  let run: FollowedRun;
  let following: Following;

  beforeEach(async () => {
    disk = mkdtempSync(join(base, 'disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]);
    host = await ScriptedHost.start(certificate);
    run = await FollowedRun.begin(join(mkdtempSync(join(base, 'ops-')), 'run'), checker);
    const data = join(disk, 'data');
    mkdirSync(data);
    following = new Following({ data, invitation: host.invitation(runId), identity: checker });
  });
  afterEach(async () => {
    await following.guest?.close('quit');
    await host.close();
    await run.close();
    execFileSync('umount', [disk]);
  });

  const copyOf = (path: string) => join(disk, 'data/mirrored', runId, path);
  test('a history that does not fit: the link is given up with the reason, whole lines stay, and with room it goes on', async () => {
    const [failure, link] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder })]);
    expect(failure).toBeNull();
    await following.until(() => following.states.length > 0 && following.open.link().missingBytes === 0);
    const first = journalLines(run.folder).length;
    for (let index = 0; index < 200; index += 1) {
      const lost = { code: 'link-lost', params: {}, cause: 'y'.repeat(3_900) } as const;
      await run.app({ type: 'host-lost', data: { host: 'app1', failure: lost } });
    }
    link.say({ type: 'records', first, lines: journalLines(run.folder).slice(first) });
    await following.until(() => following.link?.status === 'lost');
    expect(following.link?.failure).toMatchObject({ code: 'mirror-copy-unwritable' });
    expect(following.link?.failure?.cause).toContain('ENOSPC');
    expect(following.open.state()?.seq).toBe(first - 1);
    expect(readFileSync(copyOf('journal.jsonl'), 'utf8')).toBe(
      `${journalLines(run.folder).slice(0, first).join('\n')}\n`,
    );
    execFileSync('mount', ['-o', 'remount,size=4m', disk]);
    await host.serve(runId, { folder: run.folder });
    await following.until(() => following.open.state()?.seq === first + 199);
    expect(following.open.link()).toMatchObject({ status: 'connected', failure: null });
    expect(readFileSync(copyOf('journal.jsonl'), 'utf8')).toBe(readFileSync(join(run.folder, 'journal.jsonl'), 'utf8'));
  });

  test('a recording that does not fit: the history is followed on, the step cannot be signed, and with room it comes', async () => {
    const cast = 'output/a1.cast';
    const bytes = randomBytes(800_000);
    run.write(cast, bytes);
    await run.passes(await run.attempt(cast), cast, bytes);
    const [failure, link] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder })]);
    expect(failure).toBeNull();
    await following.until(() => following.link?.failure?.code === 'mirror-copy-unwritable');
    expect(following.link?.status).toBe('connected');
    expect(following.open.signing()?.complete).toBe(false);
    const { step, mode, statement } = following.open.signing() ?? { step: '', mode: 'after', statement: '' };
    const refusal = await following.open.submit({ type: 'countersign', step, mode, statement });
    expect(refusal).toMatchObject({ code: 'evidence-not-here' });
    expect(link.frames.some(({ type }) => type === 'intent')).toBe(false);
    execFileSync('mount', ['-o', 'remount,size=4m', disk]);
    await following.until(() => following.signing?.complete === true);
    expect(statSync(copyOf(cast)).size).toBe(800_000);
    expect(following.open.link().failure).toBeNull();
  });
});
