import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  fingerprintOf,
  knownHostLine,
  knownHostName,
  knownKeyTypes,
  matchKnownHost,
  parseKnownHosts,
} from '../../../electron/engine/hosts/known-hosts.ts';
import { processorTime } from '../../helpers/processor-time.ts';
import { type KeyPair, makeKey, tempFolder } from '../../helpers/sshd.ts';

let folder: string;
let ed: KeyPair;
let rsa: KeyPair;
let ecdsa: KeyPair;

beforeAll(() => {
  folder = tempFolder('known-hosts');
  ed = makeKey(join(folder, 'ed'));
  rsa = makeKey(join(folder, 'rsa'), 'rsa');
  ecdsa = makeKey(join(folder, 'ecdsa'), 'ecdsa');
});
afterAll(() => rmSync(folder, { recursive: true }));

const wire = (pair: KeyPair): Buffer => Buffer.from(pair.publicLine.split(' ')[1] ?? '', 'base64');
const judge = (text: string, name: string, pair: KeyPair) =>
  matchKnownHost(parseKnownHosts(text), name, wire(pair)).type;

/** The file as the real `ssh-keygen -H` leaves it. */
function hashed(text: string): string {
  const file = join(folder, 'hashed');
  writeFileSync(file, text);
  execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
  return readFileSync(file, 'utf8');
}

describe('a known_hosts line', () => {
  it('matches its host whatever the case, and no other', () => {
    const text = `App1.example,10.0.0.1 ${ed.publicLine} a comment\n`;
    expect(judge(text, knownHostName('app1.EXAMPLE', 22), ed)).toBe('match');
    expect(judge(text, '10.0.0.1', ed)).toBe('match');
    expect(judge(text, '10.0.0.10', ed)).toBe('not-found');
    expect(judge(text, 'app1.example.org', ed)).toBe('not-found');
  });

  it('with a port speaks only about that port', () => {
    const text = `[app1]:2222 ${ed.publicLine}\n`;
    expect(judge(text, knownHostName('app1', 2222), ed)).toBe('match');
    expect(judge(text, knownHostName('app1', 22), ed)).toBe('not-found');
    expect(judge(text, knownHostName('app1', 2223), ed)).toBe('not-found');
  });

  it('hashed by ssh-keygen matches by name and by [name]:port', () => {
    const text = hashed(`app1 ${ed.publicLine}\n[app2]:2200 ${rsa.publicLine}\n`);
    expect(text).not.toContain('app');
    expect(judge(text, 'app1', ed)).toBe('match');
    expect(judge(text, '[app2]:2200', rsa)).toBe('match');
    expect(judge(text, 'app1', ecdsa)).toBe('mismatch');
    expect(judge(text, 'app3', ed)).toBe('not-found');
  });

  it('with wildcards matches, and a negated name is taken out', () => {
    const text = `*.prod.example,!db?.prod.example ${ed.publicLine}\n`;
    expect(judge(text, 'app1.prod.example', ed)).toBe('match');
    expect(judge(text, 'db1.prod.example', ed)).toBe('not-found');
    expect(judge(text, 'db10.prod.example', ed)).toBe('match');
    expect(judge(text, 'prod.example', ed)).toBe('not-found');
  });

  it('made by us is found by the real ssh-keygen', () => {
    const file = join(folder, 'ours');
    writeFileSync(file, knownHostLine(knownHostName('app9', 2022), wire(ed)));
    expect(execFileSync('ssh-keygen', ['-F', '[app9]:2022', '-f', file]).toString()).toContain('line 1');
    expect(fingerprintOf(wire(ed))).toBe(ed.fingerprint);
  });
});

describe('the judgement', () => {
  it('is mismatch when only other keys are known, of the same type or of another', () => {
    const other = makeKey(join(folder, `other-${Math.random()}`));
    expect(judge(`app1 ${other.publicLine}\n`, 'app1', ed)).toBe('mismatch');
    expect(judge(`app1 ${rsa.publicLine}\n`, 'app1', ed)).toBe('mismatch');
  });

  it('is match when one of several keys fits', () => {
    expect(judge(`app1 ${rsa.publicLine}\napp1 ${ecdsa.publicLine}\n* ${ed.publicLine}\n`, 'app1', ed)).toBe('match');
  });

  it('is revoked before anything else, in whatever order the lines stand', () => {
    const lines = [`app1 ${ed.publicLine}`, `@revoked * ${ed.publicLine}`];
    expect(judge(lines.join('\n'), 'app1', ed)).toBe('revoked');
    expect(judge(lines.reverse().join('\n'), 'app1', ed)).toBe('revoked');
  });

  it('is not touched by another host’s or another key’s revocation', () => {
    const text = `app1 ${ed.publicLine}\n@revoked app2 ${ed.publicLine}\n@revoked app1 ${rsa.publicLine}\n`;
    expect(judge(text, 'app1', ed)).toBe('match');
  });

  it('names the certificate authority only when nothing else speaks about the host', () => {
    const ca = `@cert-authority *.prod ${rsa.publicLine}\n`;
    expect(judge(ca, 'app1.prod', ed)).toBe('certificate-authority');
    // The authority's own key is no host key.
    expect(judge(ca, 'app1.prod', rsa)).toBe('certificate-authority');
    expect(judge(`${ca}app1.prod ${ed.publicLine}\n`, 'app1.prod', ed)).toBe('match');
    expect(judge(ca, 'app1.test', ed)).toBe('not-found');
  });

  it('ignores keys of types that we could never be shown', () => {
    const dss = Buffer.concat([Buffer.from([0, 0, 0, 7]), Buffer.from('ssh-dss'), Buffer.from([0, 0, 0, 0])]);
    expect(judge(`app1 ssh-dss ${dss.toString('base64')}\n`, 'app1', ed)).toBe('not-found');
  });
});

describe('the known key types of a host', () => {
  it('are those of its own lines, without revoked ones and authorities', () => {
    const text = [
      `app1 ${rsa.publicLine}`,
      `@revoked app1 ${ed.publicLine}`,
      `@cert-authority app1 ${ecdsa.publicLine}`,
      `app2 ${ed.publicLine}`,
    ].join('\n');
    expect(knownKeyTypes(parseKnownHosts(text), 'app1')).toEqual(['ssh-rsa']);
  });
});

describe('the parser', () => {
  it('skips comments, empty lines and what it does not understand', () => {
    const text = `# hello\n\n  \nnonsense\n@unknown app1 ${ed.publicLine}\napp1 ssh-rsa ${wire(ed).toString('base64')}\napp1 ssh-ed25519 !!!\r\napp1 ${ed.publicLine}\r\n`;
    expect(parseKnownHosts(text)).toMatchObject([{ line: 8, keyType: 'ssh-ed25519' }]);
  });

  it('never throws, and never trusts a key that is not written there', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('@revoked', '@cert-authority', '*', '|1|', '|1|AAAA|BBBB', 'ssh-ed25519', '[a]:22', '!a', 'AAAA'),
    );
    const line = fc.array(word).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string())), fc.string(), (lines, name) => {
        const parsed = parseKnownHosts(lines.join('\n'));
        expect(matchKnownHost(parsed, name, wire(ed)).type).not.toBe('match');
      }),
    );
  });

  it('never throws on a damaged real file', () => {
    const real = `${hashed(`app1 ${ed.publicLine}\n`)}app2 ${rsa.publicLine}\n@revoked * ${ecdsa.publicLine}\n`;
    fc.assert(
      fc.property(fc.nat(real.length), fc.nat(40), fc.string(), (at, cut, insert) => {
        parseKnownHosts(real.slice(0, at) + insert + real.slice(at + cut));
      }),
    );
  });

  it('does not hang on a pattern made to make it hang', () => {
    const text = `${'*a'.repeat(2_000)}b ${ed.publicLine}\n`;
    const spent = processorTime();
    expect(judge(text, 'a'.repeat(250), ed)).toBe('not-found');
    expect(spent()).toBeLessThan(1_000);
  });
});
