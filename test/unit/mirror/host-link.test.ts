import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dial } from '../../../electron/mirror/dial.ts';
import { HostLink } from '../../../electron/mirror/host-link.ts';
import { selfSigned } from '../../helpers/certificates.ts';
import { realClock } from '../../helpers/hosts-kit.ts';
import { pinOf, ScriptedHost, type ScriptedLink } from '../../helpers/mirror-server.ts';

const base = mkdtempSync(join(tmpdir(), 'countersign-host-link-'));
const certificate = selfSigned(base, 'operator');
process.on('exit', () => rmSync(base, { recursive: true, force: true }));

let host: ScriptedHost;
beforeEach(async () => {
  host = await ScriptedHost.start(certificate);
});
afterEach(() => host.close());

const ends: readonly (readonly [string, (link: ScriptedLink) => void])[] = [
  ['ended in good order', (link) => link.end()],
  ['cut', (link) => link.cut()],
];

test.each(ends)('what came before the connection was %s is dealt with, however slow the disk', async (_, end) => {
  const to = { addresses: [`127.0.0.1:${host.port}`], certificate: pinOf(certificate) };
  const dialed = await dial(to, realClock, new AbortController().signal);
  if (!dialed.ok) throw new Error(dialed.failure.code);
  const dealt: string[] = [];
  let written: () => void = () => {};
  const disk = new Promise<void>((resolve) => {
    written = resolve;
  });
  const link = new HostLink(dialed.value, realClock, {
    take: async ({ type }) => {
      await disk;
      dealt.push(type);
    },
  });
  const theirs = await host.link();
  theirs.say({ type: 'waiting', participant: 'p1' });
  theirs.say({ type: 'bye', reason: 'dismissed' });
  await theirs.arrived();
  const closed = once(dialed.value.socket, 'close');
  end(theirs);
  await closed;
  await turn();
  written();
  expect(await link.ended).toMatchObject({ code: 'mirror-lost' });
  expect(dealt).toEqual(['waiting', 'bye']);
});
