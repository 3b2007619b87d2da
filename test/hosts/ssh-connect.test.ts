import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostsKit, planHost, run } from '../helpers/hosts-kit.ts';
import { type KeyPair, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

let sshd: Sshd;
let key: KeyPair;
beforeAll(async () => {
  key = makeKey(join(tempFolder('keys'), 'id'));
  sshd = await startSshd({ authorized: [key.publicLine] });
});
afterAll(() => sshd.close());

describe('a host with a key file and a known host key', () => {
  it('runs a command and tells its exit, its output and who it talked to', async () => {
    const home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
    const kit = hostsKit({ home: home.path, hosts: [planHost('app1', { address: sshd.address, port: sshd.port })] });
    const ran = await run(kit.hosts, 'app1', 'echo out; echo err >&2; exit 3');
    expect(ran.stdout.toString()).toBe('out\n');
    expect(ran.stderr.toString()).toBe('err\n');
    expect(ran.end).toEqual({ type: 'exit', code: 3, signal: null });
    expect(kit.prompts).toEqual([]);
    expect(kit.events).toEqual([
      {
        type: 'connected',
        connection: expect.objectContaining({
          host: 'app1',
          address: '127.0.0.1',
          port: sshd.port,
          keyType: 'ssh-ed25519',
          fingerprint: sshd.hostKeys[0]?.fingerprint,
          method: 'publickey',
          via: [],
        }),
      },
    ]);
    await kit.hosts.close();
    home.close();
  });
});
