import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Following, person } from '../helpers/guest-kit.ts';
import { MirroredTestRun, quietPlan } from '../helpers/mirror-run.ts';
import { manualStep } from '../helpers/plans.ts';
import { freePort, makeHome, makeKey, startSshd } from '../helpers/sshd.ts';

/** The ways to an operator's app: its address in the LAN, a host name, and a port that a real ssh forwards. */

let data: string;
let run: MirroredTestRun;
let following: Following | null = null;

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'countersign-mirror-addresses-'));
  run = await MirroredTestRun.create(quietPlan({ steps: [manualStep('first')] }));
});
afterEach(async () => {
  await following?.guest?.close('quit');
  following = null;
  await run.close();
  rmSync(data, { recursive: true, force: true });
});

const port = () => run.host.view().addresses[0]?.split(':').at(-1) ?? '';

async function joins(address?: string): Promise<Following> {
  const where = address === undefined ? {} : { address };
  following = new Following({ data, invitation: await run.invitation(), identity: person('Zhang San'), ...where });
  expect(await following.join()).toBeNull();
  expect(following.link?.status).toBe('waiting');
  return following;
}

test('the invitation’s own addresses lead there, that of the LAN first where there is one', async () => {
  const { addresses } = run.host.view();
  const { link } = await joins();
  expect(addresses).toContain(link?.address);
});

test('a host name leads there', async () => {
  const { link } = await joins(`localhost:${port()}`);
  expect(link?.address).toBe(`localhost:${port()}`);
});

test('a port that ssh forwards leads there, and the machine is not taken for the operator’s by its address alone', async () => {
  const key = makeKey(join(data, 'key'));
  const sshd = await startSshd({ authorized: [key.publicLine] });
  const home = makeHome({ keys: { id_ed25519: key }, knownHosts: sshd.knownHosts });
  const here = await freePort();
  const known = join(home.path, '.ssh', 'known_hosts');
  const words = ['-F', 'none', '-i', key.file, '-o', `UserKnownHostsFile=${known}`, '-o', 'BatchMode=yes'];
  const forward = `127.0.0.1:${here}:127.0.0.1:${port()}`;
  const ssh = spawn('ssh', [...words, '-p', String(sshd.port), '-N', '-L', forward, `${sshd.user}@${sshd.address}`]);
  try {
    await listening(here);
    const joined = await joins(`127.0.0.1:${here}`);
    expect(joined.link?.address).toBe(`127.0.0.1:${here}`);
    expect(run.engine.state.participants).toMatchObject([{ name: 'Zhang San', sameMachine: false }]);
  } finally {
    ssh.kill();
    home.close();
    await sshd.close();
  }
});

/** Resolves when something listens there. */
async function listening(there: number): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; await delay(50)) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(there, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
  }
  throw new Error('ssh did not forward the port');
}
