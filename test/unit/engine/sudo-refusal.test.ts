import { describe, expect, it } from 'vitest';
import type { OutputSink } from '../../../electron/engine/ports.ts';
import { sudoRefusal } from '../../../electron/engine/steps/sudo-refusal.ts';

const said = (on: 'stdout' | 'stderr', text: string): Pick<OutputSink, 'captured'> => ({
  captured: (stream) => ({ text: stream === on ? text : '', complete: true, lines: 0 }),
});

const refusedWith = (stderr: string, code: number | null = 1, sudo: string | null = 'root') =>
  sudoRefusal({ sudo, pty: false }, 'app1', code, said('stderr', stderr))?.code ?? null;

describe('a refusal by sudo', () => {
  it.each([
    ['Sorry, try again.\n\nsudo: no password was provided\nsudo: 1 incorrect password attempt\n'],
    ['Sorry, user li is not allowed to execute /bin/sh as root on app1.\n'],
    ['li is not in the sudoers file.\n'],
    ['sudo: unable to resolve host app1: Name or service not known\nsudo: a password is required\n'],
  ])('is known by its words: %j', (stderr) => {
    expect(refusedWith(stderr)).toBe('sudo-refused');
  });

  it('is not what a command that failed by itself below sudo looks like, not even beside a warning of sudo', () => {
    expect(refusedWith('cp: cannot stat x\n')).toBeNull();
    expect(refusedWith('sudo: unable to resolve host app1: Name or service not known\ncp: cannot stat x\n')).toBeNull();
  });

  it('is read where a terminal shows it', () => {
    const text = 'Sorry, try again.\r\nsudo: 3 incorrect password attempts\r\n';
    expect(sudoRefusal({ sudo: 'root', pty: true }, 'app1', 1, said('stdout', text))?.code).toBe('sudo-refused');
  });

  it('is not taken from a command without sudo or with another end', () => {
    expect(refusedWith('sudo: 1 incorrect password attempt\n', 1, null)).toBeNull();
    expect(refusedWith('sudo: 1 incorrect password attempt\n', 0)).toBeNull();
    expect(refusedWith('sudo: 1 incorrect password attempt\n', null)).toBeNull();
  });
});
