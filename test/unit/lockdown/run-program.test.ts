import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../electron/lockdown/run-program.ts';
import { processId } from '../../helpers/process-id.ts';

describe('a program of the desktop', () => {
  it('gets its words as they are, with no shell in between', async () => {
    const ran = await runProgram('printf', ['%s|', '$HOME; ls', 'two words', "it's"]);
    expect(ran).toEqual({ code: 0, stdout: "$HOME; ls|two words|it's|", stderr: '' });
  });

  it('answers with its exit code and what it complained of', async () => {
    expect(await runProgram('sh', ['-c', 'echo no >&2; exit 3'])).toEqual({ code: 3, stdout: '', stderr: 'no\n' });
  });

  it('rejects only where it cannot be started', async () => {
    await expect(runProgram('no-such-program-here', [])).rejects.toThrow('ENOENT');
  });

  it('finds the end of its input at once instead of waiting for us', async () => {
    expect(await runProgram('cat', [])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('is killed when it takes longer than it may, and then has no exit code', async () => {
    expect((await runProgram('sleep', ['60'])).code).toBeNull();
  });

  it('is killed when it prints without end', async () => {
    const ran = await runProgram('yes', []);
    expect(ran.code).toBeNull();
    expect(ran.stdout.length).toBeLessThanOrEqual(1024 * 1024);
  });

  it('is not waited for through what it left running behind it', async () => {
    // What is left lives longer than this test may.
    const ran = await runProgram('sh', ['-c', 'sleep 30 & echo $!']);
    process.kill(processId(ran.stdout), 'SIGKILL');
  });
});
