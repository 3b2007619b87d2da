import { describe, expect, it } from 'vitest';
import { identifyHost } from '../../../electron/engine/identify-host.ts';
import type { Exec, ExecRequest, HostConnection, Hosts } from '../../../electron/engine/ports.ts';
import { SerialQueue } from '../../../electron/engine/serial-queue.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';
import { testClock } from '../journal/sample-run.ts';

const connection: HostConnection = {
  ...{ host: 'app1', address: '10.0.0.1', port: 22, user: 'release', keyType: 'ssh-ed25519' },
  ...{ fingerprint: 'SHA256:same', method: 'publickey', via: [], latencyMs: 1 },
};
const connected: RunEvent = { type: 'host-connected', data: { ...connection, via: [] } };

/** A run at one held connection whose far side answers with the name it has now. */
function runAt(named: () => string) {
  const plan = planOf([step('one')]);
  const hosts = plan.hosts.map((host) => ({ ...host, identity: { hostname: 'app1', file: null } }));
  const story = new Story({ ...plan, hosts }).happens(connected);
  const queue = new SerialQueue();
  const asked: string[] = [];
  const exec = async (host: string, { sent, onOutput }: ExecRequest) => {
    asked.push(host);
    const separator = /--[a-z-]+--/.exec(sent)?.[0] ?? '';
    await onOutput('stdout', Buffer.from(`${named()}\n${separator}\n`));
    const value: Exec = { ended: Promise.resolve({ type: 'exit', code: 0, signal: null }), signal() {}, close() {} };
    return { ok: true as const, value };
  };
  const note = async (events: readonly RunEvent[]) => void queue.run(async () => void story.happens(...events));
  const book = { state: () => story.state, note, serial: <T>(task: () => Promise<T>) => queue.run(task) };
  const parts = { hosts: { exec, connection: () => connection } as unknown as Hosts, clock: testClock(), book };
  return { asked, note, identify: () => identifyHost(parts, 'app1') };
}

describe('the wrong-host guard', () => {
  it('asks once for each connection', async () => {
    const run = runAt(() => 'app1');
    expect([await run.identify(), await run.identify()]).toEqual([null, null]);
    expect(run.asked).toEqual(['app1']);
  });

  it('asks again after a reconnect with the same key, even while the connection waits to be recorded', async () => {
    let name = 'app1';
    const run = runAt(() => name);
    await run.identify();
    name = 'clone-of-app1';
    // Not awaited: the record of the new connection is on its way when the next write begins.
    void run.note([connected]);
    expect(await run.identify()).toMatchObject({ ok: false, refusal: { code: 'wrong-host' } });
    expect(run.asked).toHaveLength(2);
  });
});
