import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HostSettings, sshConfigReader } from '../../../electron/engine/hosts/ssh-config.ts';
import { parseConfigFile } from '../../../electron/engine/hosts/ssh-config-file.ts';
import { type Home, makeHome } from '../../helpers/sshd.ts';

let home: Home;
const nothing = { user: null, port: null };

beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.close());

function attempt(config: string, alias: string, given = nothing as { user: string | null; port: number | null }) {
  writeFileSync(join(home.ssh, 'config'), config);
  return sshConfigReader({ home: home.path, env: { WORK: '/work-keys', SSH_AUTH_SOCK: '/agent' } })(alias, given);
}

function settings(config: string, alias: string, given?: { user: string | null; port: number | null }): HostSettings {
  const result = attempt(config, alias, given);
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

describe('ssh_config', () => {
  it('without a file gives what ssh would take', () => {
    rmSync(join(home.ssh, 'config'), { force: true });
    const result = sshConfigReader({ home: home.path, env: {} })('app1', nothing);
    expect(result).toMatchObject({
      ok: true,
      value: {
        hostName: 'app1',
        port: 22,
        user: userInfo().username,
        identityAgent: null,
        jump: [],
        hostKeyAlias: null,
        identityFiles: [
          { path: join(home.ssh, 'id_ed25519'), explicit: false },
          { path: join(home.ssh, 'id_ecdsa'), explicit: false },
          { path: join(home.ssh, 'id_rsa'), explicit: false },
        ],
      },
    });
  });

  it('takes the first value found, and adds identity files up', () => {
    const found = settings(
      'Host app*\n  User deploy\n  IdentityFile ~/.ssh/a\nHost *\n  User other\n  Port 2222\n  IdentityFile ~/.ssh/b\n',
      'app1',
    );
    expect(found).toMatchObject({ user: 'deploy', port: 2222 });
    expect(found.identityFiles.map((file) => file.path)).toEqual([join(home.ssh, 'a'), join(home.ssh, 'b')]);
  });

  it('gives way to user and port of the checklist', () => {
    expect(settings('Host *\n  User deploy\n  Port 2222\n', 'app1', { user: 'tomcat', port: 22 })).toMatchObject({
      user: 'tomcat',
      port: 22,
    });
  });

  it('puts in tokens and environment variables', () => {
    const found = settings(
      [
        'Host trade-*',
        '  HostName %h.prod.example',
        '  User tom',
        '  IdentityFile %d/keys/%r@%h-%n',
        '  IdentityFile ${WORK}/100%%',
        '  UserKnownHostsFile ~/a "~/b c"',
      ].join('\n'),
      'trade-1',
    );
    expect(found.hostName).toBe('trade-1.prod.example');
    expect(found.identityFiles.map((file) => file.path)).toEqual([
      join(home.path, 'keys/tom@trade-1.prod.example-trade-1'),
      '/work-keys/100%',
    ]);
    expect(found.knownHostsFiles.slice(0, 2)).toEqual([join(home.path, 'a'), join(home.path, 'b c')]);
  });

  it('honours negated and several patterns, quotes, equals signs and any case', () => {
    const config = 'HOST app? !app9 "web"\n  hostname = 10.0.0.7\n  PORT=2200 # why not\n';
    expect(settings(config, 'app1')).toMatchObject({ hostName: '10.0.0.7', port: 2200 });
    expect(settings(config, 'web').hostName).toBe('10.0.0.7');
    expect(settings(config, 'app9').hostName).toBe('app9');
    expect(settings(config, 'app').hostName).toBe('app');
  });

  it('reads included files where they stand, with wildcards and relative to ~/.ssh', () => {
    mkdirSync(join(home.ssh, 'config.d'));
    writeFileSync(join(home.ssh, 'config.d', '10-app'), 'Host app1\n  HostName 10.0.0.1\n');
    writeFileSync(join(home.ssh, 'config.d', '20-all'), 'Host *\n  User included\n');
    const config = 'Include config.d/*\nHost *\n  User late\n  Port 2022\n';
    expect(settings(config, 'app1')).toMatchObject({ hostName: '10.0.0.1', user: 'included', port: 2022 });
    const inside = 'Host never\n  Include config.d/*\nHost *\n  User late\n';
    expect(settings(inside, 'app1')).toMatchObject({ hostName: 'app1', user: 'late' });
  });

  it('refuses files that include each other for ever', () => {
    expect(attempt('Include config\n', 'app1')).toMatchObject({
      ok: false,
      failure: { code: 'ssh-config-invalid', cause: expect.stringContaining('Include') },
    });
  });

  it('evaluates Match by host, original host, user and local user', () => {
    const config = [
      'Host app1',
      '  HostName 10.0.0.1',
      'Match host 10.0.0.1 user deploy',
      '  Port 2201',
      'Match originalhost app2',
      '  Port 2202',
      `Match localuser ${userInfo().username} !host 10.*`,
      '  Port 2203',
      'Match all',
      '  Port 2204',
    ].join('\n');
    expect(settings(config, 'app1', { user: 'deploy', port: null }).port).toBe(2201);
    expect(settings(config, 'app1').port).toBe(2204);
    expect(settings(config, 'app2').port).toBe(2202);
    expect(settings(config, 'app3').port).toBe(2203);
  });

  it('evaluates Match final after everything else, by the final name', () => {
    const config = 'Match final host 10.0.0.1\n  User finally\nHost app1\n  HostName 10.0.0.1\n';
    expect(settings(config, 'app1').user).toBe('finally');
  });

  it('never runs Match exec: it stops where that could matter and goes on where it cannot', () => {
    const trap = join(home.path, 'ran');
    const config = (body: string) => `Host app1\n  Port 2222\nMatch host app1 exec "touch ${trap}"\n  ${body}\n`;
    expect(attempt(config('ProxyJump bastion'), 'app1')).toMatchObject({
      ok: false,
      failure: {
        code: 'ssh-config-invalid',
        params: { host: 'app1', file: join(home.ssh, 'config') },
        cause: expect.stringContaining('Match exec'),
      },
    });
    expect(settings(config('ProxyJump bastion'), 'app2').jump).toEqual([]);
    expect(settings(config('Port 1'), 'app1').port).toBe(2222);
    expect(settings(config('ForwardX11 yes'), 'app1').port).toBe(2222);
    expect(() => rmSync(trap)).toThrow();
  });

  it('takes ProxyJump in several hops, and the first of ProxyJump and ProxyCommand wins', () => {
    expect(settings('Host *\n  ProxyJump a, u@b:22\n  ProxyCommand nc %h %p\n', 'app1').jump).toEqual(['a', 'u@b:22']);
    expect(settings('Host app1\n  ProxyJump none\nHost *\n  ProxyJump a\n', 'app1').jump).toEqual([]);
    expect(attempt('Host *\n  ProxyCommand nc %h %p\n  ProxyJump a\n', 'app1')).toMatchObject({
      failure: { code: 'ssh-config-invalid', cause: expect.stringContaining('ProxyCommand') },
    });
  });

  it('finds the agent by IdentityAgent before SSH_AUTH_SOCK', () => {
    expect(settings('', 'app1').identityAgent).toBe('/agent');
    expect(settings('IdentityAgent none\n', 'app1').identityAgent).toBeNull();
    expect(settings('IdentityAgent ~/agent\n', 'app1').identityAgent).toBe(join(home.path, 'agent'));
    expect(settings('IdentityAgent $WORK\n', 'app1').identityAgent).toBe('/work-keys');
  });

  it.each([
    'Host *\n  Port many\n',
    'Host *\n  Port 70000\n',
    'Host\n',
    'User\nProxyJump bastion\n',
    'Host *\n  User "half\n',
  ])('that makes no sense is a failure and not a guess: %j', (config) => {
    expect(attempt(config, 'app1')).toMatchObject({
      ok: false,
      failure: { code: 'ssh-config-invalid', params: { host: 'app1' } },
    });
  });

  it('is read again when it has changed', () => {
    const read = sshConfigReader({ home: home.path, env: {} });
    writeFileSync(join(home.ssh, 'config'), 'Port 2201\n');
    expect(read('app1', nothing)).toMatchObject({ value: { port: 2201 } });
    writeFileSync(join(home.ssh, 'config'), 'Port 22022\n');
    expect(read('app1', nothing)).toMatchObject({ value: { port: 22_022 } });
  });

  it('of any text is settings or a failure, never a crash', () => {
    const word = fc.constantFrom(
      'Host',
      'Match',
      'Include',
      'IdentityFile',
      '=',
      '"',
      '\\',
      '*',
      '!',
      'exec',
      'all',
      '#',
      '\n',
      ' ',
      '%h',
      'Port',
      '22',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 5 }))), (words) => {
        try {
          parseConfigFile(words.join(' ').replaceAll('Include', 'User'), 'f');
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 300 },
    );
  });
});
