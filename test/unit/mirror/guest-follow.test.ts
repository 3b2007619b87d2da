import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRecords } from '../../../electron/engine/journal/read-run.ts';
import { mirrorRefusals } from '../../../shared/contract/mirror-refusals.ts';
import { en } from '../../../shared/text/en/index.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { zh } from '../../../shared/text/zh/index.ts';
import { selfSigned } from '../../helpers/certificates.ts';
import { checklistText, FollowedRun, Following, person, runId } from '../../helpers/guest-kit.ts';
import { journalLines, ScriptedHost, startRelay } from '../../helpers/mirror-server.ts';

const base = mkdtempSync(join(tmpdir(), 'countersign-guest-'));
const certificate = selfSigned(base, 'operator');
const checker = person('Zhang San');

let folder: string;
let data: string;
let host: ScriptedHost;
let run: FollowedRun;
const open: Following[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(base, 'ops-'));
  data = mkdtempSync(join(base, 'data-'));
  host = await ScriptedHost.start(certificate);
  run = await FollowedRun.begin(join(folder, 'run'), checker);
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.guest?.close('quit');
  await host.close();
  await run.close();
});
process.on('exit', () => rmSync(base, { recursive: true, force: true }));

function follow(given: Partial<Following['options']> = {}): Following {
  const following = new Following({ data, invitation: host.invitation(runId), identity: checker, ...given });
  open.push(following);
  return following;
}

const copyOf = (path: string) => join(data, 'mirrored', runId, path);

describe('following a run', () => {
  test('the copy has the same bytes and the same state, and only its owner may read it', async () => {
    const following = follow();
    const [failure] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder })]);
    expect(failure).toBeNull();
    await following.until(() => following.states.length > 0 && following.open.link().missingBytes === 0);
    expect(readFileSync(copyOf('journal.jsonl'))).toEqual(readFileSync(join(run.folder, 'journal.jsonl')));
    expect(readFileSync(copyOf('checklist/release.yaml'), 'utf8')).toBe(checklistText);
    expect(following.link).toMatchObject({ status: 'connected', participant: 'p1', role: 'checker', failure: null });
    expect(following.states.at(-1)?.seq).toBe(journalLines(run.folder).length - 1);
    expect(statSync(join(data, 'mirrored', runId)).mode & 0o777).toBe(0o700);
    expect(statSync(copyOf('journal.jsonl')).mode & 0o777).toBe(0o600);
    expect(statSync(copyOf('checklist/release.yaml')).mode & 0o777).toBe(0o600);
  });

  test('records that come later are told one by one', async () => {
    const following = follow();
    const [, link] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder })]);
    await following.until(() => following.states.length > 0);
    const first = journalLines(run.folder).length;
    await run.human({ type: 'run-held', data: { reason: 'lunch', cause: 'operator', minutes: null } });
    link.say({ type: 'records', first, lines: journalLines(run.folder).slice(first) });
    await following.until(() => following.records.length > 0);
    expect(following.records.map(({ type }) => type)).toEqual(['run-held']);
    expect(following.open.state()?.status).toBe('held');
  });

  test('a late joiner is shown the state once it is there, not every record on the way', async () => {
    for (let index = 0; index < 300; index += 1) {
      const lost = { code: 'link-lost', params: {}, cause: 'y'.repeat(3_900) } as const;
      await run.app({ type: 'host-lost', data: { host: 'app1', failure: lost } });
    }
    const lines = journalLines(run.folder);
    const following = follow();
    const joined = following.join();
    const { link } = await host.greet(runId);
    link.say({ type: 'welcome', participant: 'p1', role: 'checker' });
    for (let first = 0; first < lines.length; first += 50)
      link.say({ type: 'records', first, lines: lines.slice(first, first + 50) });
    await joined;
    await following.until(() => following.states.at(-1)?.seq === lines.length - 1);
    expect(following.records).toEqual([]);
    expect(following.states.length).toBeLessThan(4);
  });

  test('whoever waits is told so, and nothing is on disk before the first record', async () => {
    const following = follow();
    const [, { link }] = await Promise.all([
      following.join(),
      host.greet(runId).then((greeted) => {
        greeted.link.say({ type: 'waiting', participant: 'p1' });
        return greeted;
      }),
    ]);
    expect(following.link).toMatchObject({ status: 'waiting', participant: 'p1', role: null });
    expect(following.open.folder()).toBeNull();
    expect(existsSync(join(data, 'mirrored'))).toBe(false);
    link.say({ type: 'bye', reason: 'declined' });
    await following.until(() => following.link?.status === 'over');
    expect(following.link?.bye).toBe('declined');
  });

  test('an invitation that is not whole is refused before anything is sent', async () => {
    const following = follow({ invitation: host.invitation(runId).slice(0, -2) });
    expect(await following.join()).toMatchObject({ code: 'invitation-invalid' });
    expect(host.connections).toBe(0);
  });

  test('a host that turns us away is named with its reason', async () => {
    const following = follow();
    const [failure] = await Promise.all([
      following.join(),
      host.greet(runId).then(({ link }) => link.say({ type: 'refused', code: 'token-used', detail: '' })),
    ]);
    expect(failure).toMatchObject({ code: 'mirror-refused', params: { code: 'token-used' } });
  });

  test('a host that says our history is not its own is shown as altered history', async () => {
    const following = follow();
    const [failure] = await Promise.all([
      following.join(),
      host.greet(runId).then(({ link }) => link.say({ type: 'refused', code: 'history-differs', detail: '' })),
    ]);
    expect(failure).toMatchObject({ code: 'history-altered', params: { what: 'history-differs' } });
  });

  test('a second window cannot write the same copy', async () => {
    const following = follow();
    await Promise.all([following.join(), host.serve(runId, { folder: run.folder })]);
    await following.until(() => following.states.length > 0);
    expect(await follow().join()).toMatchObject({ code: 'mirror-copy-in-use' });
  });
});

describe('who answers', () => {
  test('a wrong certificate is refused with both fingerprints, and nothing is sent', async () => {
    const other = await ScriptedHost.start(selfSigned(base, 'other'));
    const following = follow({ invitation: host.invitation(runId, [`127.0.0.1:${other.port}`]) });
    const failure = await following.join();
    expect(failure).toMatchObject({ code: 'mirror-wrong-certificate' });
    expect(failure?.params['expected']).toMatch(/^SHA256:/);
    expect(failure?.params['shown']).not.toBe(failure?.params['expected']);
    expect(other.connections).toBe(0);
    await other.close();
  });

  test('somebody in the middle with a valid-looking certificate learns nothing', async () => {
    const relay = await startRelay(selfSigned(base, 'operator'), host.port);
    const following = follow({ invitation: host.invitation(runId, [`127.0.0.1:${relay.port}`]) });
    expect(await following.join()).toMatchObject({ code: 'mirror-wrong-certificate' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(relay.stolen()).toBe(0);
    expect(host.connections).toBe(0);
    await relay.close();
  });

  test('the first address that shows the pinned certificate wins, whatever answers at the others', async () => {
    const other = await ScriptedHost.start(selfSigned(base, 'other'));
    const addresses = ['127.0.0.1:1', `127.0.0.1:${other.port}`, `127.0.0.1:${host.port}`];
    const following = follow({ invitation: host.invitation(runId, addresses) });
    const [failure] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder })]);
    expect(failure).toBeNull();
    expect(following.link?.address).toBe(addresses[2]);
    expect(other.connections).toBe(0);
    await other.close();
  });

  test('an address of our own choice stands in for those of the invitation', async () => {
    const invitation = host.invitation(runId, ['127.0.0.1:1']);
    const following = follow({ invitation, address: `127.0.0.1:${host.port}` });
    const [failure] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder })]);
    expect(failure).toBeNull();
  });

  test('nobody there is said with all addresses that were tried', async () => {
    const failure = await follow({ invitation: host.invitation(runId, ['127.0.0.1:1', '127.0.0.1:2']) }).join();
    expect(failure).toMatchObject({ code: 'mirror-unreachable', params: { address: '127.0.0.1:1, 127.0.0.1:2' } });
  });

  test('what does not speak TLS 1.3 is no operator’s app', async () => {
    const old = createTls({ key: certificate.key, cert: certificate.cert, maxVersion: 'TLSv1.2' });
    const plain = createServer((_, response) => response.end('hello'));
    for (const server of [old, plain]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const failure = await follow({ invitation: host.invitation(runId, [`127.0.0.1:${port}`]) }).join();
      expect(failure).toMatchObject({ code: 'mirror-not-countersign' });
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('the challenge of another run is not answered', async () => {
    const following = follow();
    const [failure] = await Promise.all([
      following.join(),
      host.link().then((link) => {
        link.say({ type: 'challenge', protocol: 1, runId: 'other', nonce: 'x' });
        return link.closed.then(() => expect(link.frames).toEqual([]));
      }),
    ]);
    expect(failure).toMatchObject({ code: 'mirror-not-countersign' });
  });

  test.each(['{"type":"records"}', 'nonsense', '{"type":"welcome","participant":"p1","role":"operator"}'])(
    'a frame that is none ends the connection: %s',
    async (text) => {
      const following = follow();
      const [failure] = await Promise.all([following.join(), host.link().then((link) => link.raw(text))]);
      expect(failure).toMatchObject({ code: 'mirror-not-countersign' });
    },
  );
});

describe('what does not fit', () => {
  test('a gap is asked for again from our last record, once, and then the history is whole', async () => {
    const following = follow();
    const [, link] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder, lines: 3 })]);
    await following.until(() => following.states.at(-1)?.seq === 2);
    const lines = journalLines(run.folder);
    link.react = () => undefined;
    link.say({ type: 'records', first: 4, lines: lines.slice(4, 5) });
    link.say({ type: 'records', first: 5, lines: lines.slice(5) });
    const { have } = await link.heard('resume');
    expect(have?.seq).toBe(2);
    link.say({ type: 'records', first: 3, lines: lines.slice(3) });
    await following.until(() => following.open.state()?.seq === lines.length - 1);
    expect(link.frames.filter(({ type }) => type === 'resume')).toHaveLength(1);
    expect(readFileSync(copyOf('journal.jsonl'), 'utf8')).toBe(`${lines.join('\n')}\n`);
  });

  test('records that come twice are kept and told once', async () => {
    const following = follow();
    const [, link] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder, lines: 4 })]);
    await following.until(() => following.states.at(-1)?.seq === 3);
    const lines = journalLines(run.folder);
    link.say({ type: 'records', first: 0, lines: lines.slice(0, 4) });
    link.say({ type: 'records', first: 2, lines: lines.slice(2, 5) });
    link.say({ type: 'records', first: 4, lines: lines.slice(4, 5) });
    await following.until(() => following.records.length > 0);
    link.say({ type: 'records', first: 5, lines: lines.slice(5) });
    await following.until(() => following.open.state()?.seq === lines.length - 1);
    expect(following.records.map(({ seq }) => seq)).toEqual(lines.map((_, seq) => seq).slice(4));
    expect(readFileSync(copyOf('journal.jsonl'), 'utf8')).toBe(`${lines.join('\n')}\n`);
  });

  test.each([
    ['a changed byte', (line: string) => line.replace('Li Wei', 'Li Wie'), 'wrong-hash'],
    ['a line of another history', (line: string) => line.replace(/"prev":"../, '"prev":"ff'), 'wrong-hash'],
    ['a record that is missing', () => '', 'not-json'],
    ['two lines in one', (line: string) => `${line}\n${line}`, 'not-json'],
    ['a line with its line break', (line: string) => `${line}\n`, 'not-canonical'],
  ])('%s breaks the link: nothing of it is kept, no receipt is given', async (_, change, what) => {
    const following = follow();
    const [, link] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder, lines: 4 })]);
    await following.until(() => following.states.at(-1)?.seq === 3);
    const lines = journalLines(run.folder);
    link.say({ type: 'records', first: 4, lines: [change(lines[4] ?? ''), ...lines.slice(5)] });
    await following.until(() => following.link?.status === 'altered');
    await link.closed;
    expect(following.link?.failure).toMatchObject({ code: 'history-altered', params: { what, line: '5' } });
    expect(readFileSync(copyOf('journal.jsonl'), 'utf8')).toBe(`${lines.slice(0, 4).join('\n')}\n`);
    expect(link.frames.filter(({ type }) => type === 'receipt')).toEqual([]);
    await following.guest?.close('quit');
    expect(existsSync(copyOf('receipts.jsonl'))).toBe(false);
  });

  test('a record whose signature is not its session’s is altered, though the chain is whole', async () => {
    const forged = await FollowedRun.begin(join(folder, 'forged'), checker);
    await forged.human({ type: 'run-held', data: { reason: 'x', cause: 'operator', minutes: null } });
    const lines = [...journalLines(forged.folder)];
    const held = lines.pop() ?? '';
    const swapped = JSON.parse(lines[3] ?? '').sig as string;
    const following = follow();
    const [, link] = await Promise.all([
      following.join(),
      host.serve(runId, { folder: forged.folder, lines: lines.length }),
    ]);
    await following.until(() => following.states.at(-1)?.seq === lines.length - 1);
    link.say({ type: 'records', first: lines.length, lines: [held.replace(/"sig":"[^"]+"/, `"sig":"${swapped}"`)] });
    await following.until(() => following.link?.status === 'altered');
    expect(following.link?.failure?.params['what']).toBe('signature-wrong');
    await forged.close();
  });

  test('a host whose history is not ours any more is exposed when we come back', async () => {
    const following = follow();
    await Promise.all([following.join(), host.serve(runId, { folder: run.folder })]);
    await following.until(() => following.states.length > 0);
    await following.guest?.close('quit');
    const rewritten = await FollowedRun.begin(join(folder, 'rewritten'), checker);
    await rewritten.human({ type: 'run-held', data: { reason: 'never happened', cause: 'operator', minutes: null } });
    const again = follow();
    await Promise.all([again.join(), host.serve(runId, { folder: rewritten.folder })]);
    await again.until(() => again.link?.status === 'altered');
    expect(again.link?.failure?.params['what']).toBe('broken-link');
    await rewritten.close();
  });
});

describe('our own copy', () => {
  test('goes on from where it stood, and asks for nothing twice', async () => {
    const first = follow();
    await Promise.all([first.join(), host.serve(runId, { folder: run.folder, lines: 4 })]);
    await first.until(() => first.states.at(-1)?.seq === 3);
    await first.guest?.close('quit');
    const again = follow();
    const joined = again.join();
    const { link, hello } = await host.greet(runId);
    expect(hello.have?.seq).toBe(3);
    expect(again.states.map(({ seq }) => seq)).toEqual([3]);
    const lines = journalLines(run.folder);
    link.say({ type: 'welcome', participant: 'p1', role: 'checker' });
    link.say({ type: 'records', first: 4, lines: lines.slice(4) });
    await joined;
    await again.until(() => again.open.state()?.seq === lines.length - 1);
    expect(readFileSync(copyOf('journal.jsonl'), 'utf8')).toBe(`${lines.join('\n')}\n`);
  });

  test('a line that a crash tore is cut and fetched again', async () => {
    const first = follow();
    await Promise.all([first.join(), host.serve(runId, { folder: run.folder, lines: 4 })]);
    await first.until(() => first.states.at(-1)?.seq === 3);
    await first.guest?.close('quit');
    const lines = journalLines(run.folder);
    writeFileSync(copyOf('journal.jsonl'), (lines[4] ?? '').slice(0, 40), { flag: 'a' });
    const again = follow();
    await Promise.all([again.join(), host.serve(runId, { folder: run.folder })]);
    await again.until(() => again.open.state()?.seq === lines.length - 1);
    expect(readFileSync(copyOf('journal.jsonl'), 'utf8')).toBe(`${lines.join('\n')}\n`);
  });

  test('one that was tampered with is refused and left as it is', async () => {
    const first = follow();
    await Promise.all([first.join(), host.serve(runId, { folder: run.folder })]);
    await first.until(() => first.states.length > 0);
    await first.guest?.close('quit');
    const bad = readFileSync(copyOf('journal.jsonl'), 'utf8').replace('Zhang San', 'Zhang Sen');
    writeFileSync(copyOf('journal.jsonl'), bad);
    expect(await follow().join()).toMatchObject({ code: 'history-altered', params: { what: 'wrong-hash', line: '3' } });
    expect(readFileSync(copyOf('journal.jsonl'), 'utf8')).toBe(bad);
    const seqs: number[] = [];
    await expect(async () => {
      for await (const { seq } of readRecords(join(data, 'mirrored', runId))) seqs.push(seq);
    }).rejects.toThrow();
  });
});

test.each(mirrorRefusals)('why somebody is turned away has a sentence in both languages: %s', (code) => {
  for (const { people } of [en, zh] as readonly { readonly people: Readonly<Record<string, string>> }[])
    expect(people[`refused-${code}`]).toBeTruthy();
  expect(createTranslator('en').t('errors:mirror-refused', { code })).toContain(en.people[`refused-${code}`]);
});
