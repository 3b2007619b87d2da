import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  attemptMark,
  livenessScript,
  readLiveness,
  type Wire,
  wireCommand,
} from '../../../electron/engine/steps/wire.ts';
import { command } from '../../helpers/plans.ts';
import { processId } from '../../helpers/process-id.ts';

const mark = attemptMark('20261120T140000Z-abc123', 'a1');
const noSecret = (): string => '';

/** Does with the wire what sshd does: a login shell gets the words, stdin follows. */
async function send(wire: Wire): Promise<{ stdout: string; code: number | null }> {
  const child = spawn('/bin/sh', ['-c', wire.sent]);
  // A command may end without having read what it was sent.
  child.stdin.on('error', (error: NodeJS.ErrnoException) => expect(error.code).toBe('EPIPE'));
  child.stdin.end(wire.stdin ?? '');
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { stdout: Buffer.concat(chunks).toString(), code };
}

describe('the wire', () => {
  it('keeps the exit code and the words of a command, quotes and newlines included', async () => {
    const wire = wireCommand(command(`printf '%s|' "it's" 'a "b"'\necho "$((6 * 7))"; exit 3`), mark, noSecret, null);
    expect(await send(wire)).toEqual({ stdout: 'it\'s|a "b"|42\n', code: 3 });
  });

  it('gives secrets to the command on stdin and never in the words that are sent', async () => {
    const action = command('printf "%s/%s" "$CS_DB_PASSWORD" "$CS_TOKEN"; cat', { secrets: ['db-password', 'token'] });
    const values: Record<string, string> = { 'db-password': "s3cr'et $HOME \\n", token: 'zzz' };
    const wire = wireCommand(action, mark, (name) => values[name] ?? '', null);
    expect(wire.sent).not.toContain('s3cr');
    expect((await send(wire)).stdout).toBe("s3cr'et $HOME \\n/zzz");
  });

  it('never lets a sudo password that sudo did not read become input of the command', async () => {
    const action = command('cat; echo "<$CS_TOKEN>"', { sudo: 'root', secrets: ['token'] });
    const wire = wireCommand(action, mark, () => 'tok', 'the-password');
    // A stand-in for a sudo that needs no password: it drops its own options and runs the rest.
    const fake = `sudo() { while [ "$1" != -- ]; do shift; done; shift; "$@"; }; `;
    const inner = wire.sent.replace("exec sh -c '", `exec sh -c '${fake}`);
    expect((await send({ ...wire, sent: inner })).stdout).toBe('<tok>\n');
    expect(wire.sent).not.toContain('the-password');

    const bare = wireCommand(command('cat; echo done', { sudo: 'root' }), mark, noSecret, 'the-password');
    const bareInner = bare.sent.replace("exec sh -c '", `exec sh -c '${fake}`);
    expect((await send({ ...bare, sent: bareInner })).stdout).toBe('done\n');
  });

  it('gives sudo nothing to take for a second try after a wrong password', () => {
    const wire = wireCommand(command('true', { sudo: 'root' }), mark, noSecret, 'mistyped');
    expect(wire.stdin?.toString()).toBe('mistyped\n');
  });

  it('is seen in the process list exactly as long as the command lives, not as long as what it left behind', async () => {
    const look = wireCommand(command(livenessScript(mark)), attemptMark('x', 'a2'), noSecret, null);
    expect(readLiveness((await send(look)).stdout)).toEqual({ type: 'gone' });

    const leaves = wireCommand(command('sleep 30 >/dev/null 2>&1 & echo $!; read stop'), mark, noSecret, null);
    const child = spawn('/bin/sh', ['-c', leaves.sent]);
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    const leftBehind = processId(first);
    try {
      expect(readLiveness((await send(look)).stdout)).toEqual({ type: 'alive', pids: [String(child.pid)] });
      child.stdin.end('stop\n');
      await once(child, 'close');
      expect(readLiveness((await send(look)).stdout)).toEqual({ type: 'gone' });
    } finally {
      process.kill(leftBehind);
    }
  });

  it('does not take attempt a12 for attempt a1', async () => {
    const other = wireCommand(
      command('echo on; read stop'),
      attemptMark('20261120T140000Z-abc123', 'a12'),
      noSecret,
      null,
    );
    const child = spawn('/bin/sh', ['-c', other.sent]);
    await once(child.stdout, 'data');
    const look = wireCommand(command(livenessScript(mark)), attemptMark('x', 'a2'), noSecret, null);
    expect(readLiveness((await send(look)).stdout)).toEqual({ type: 'gone' });
    child.stdin.end('stop\n');
    await once(child, 'close');
  });

  it('reads nothing into an answer that it does not know', () => {
    expect(readLiveness('')).toEqual({ type: 'blind' });
    expect(readLiveness('blind\n')).toEqual({ type: 'blind' });
    expect(readLiveness('17\nmotd\nsensed\n')).toEqual({ type: 'blind' });
    expect(readLiveness('17\n18\nsensed\n')).toEqual({ type: 'alive', pids: ['17', '18'] });
  });
});
