import { describe, expect, it } from 'vitest';
import { decodeConfig } from '../../../electron/engine/steps/config-text.ts';
import { readAnswer, readFree } from '../../../electron/engine/steps/upload-scripts.ts';
import { parseChecklist } from '../../../shared/checklist/parse.ts';
import { resolvePlan } from '../../../shared/checklist/resolve.ts';

const around = (steps: string) => `checklist: 1
title: T
version: 3.10
environments: { test: { hosts: { app1: { address: a }, app2: { address: b } }, secrets: [db-password] } }
phases:
  - hot: R
    steps:
${steps}`;

function actions(steps: string) {
  const { checklist, problems } = parseChecklist(around(steps), 'a.yaml', 'test');
  if (checklist === null) throw new Error(JSON.stringify(problems));
  return resolvePlan(checklist, 'test').steps;
}
const codes = (step: string) =>
  parseChecklist(around(`      - { id: a, title: A, ${step} }`), 'a.yaml', 'test')
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ code, line, column }) => `${line}:${column} ${code}`);

const hash = 'a'.repeat(64);

describe('artifact, upload and config as they are written', () => {
  it('become actions, with hash and probe taken over from the artifact step before', () => {
    const [artifact, upload, config] = actions(`
      - { id: a, title: A, artifact: { file: "x-\${version}.war", sha256: ${hash.toUpperCase()}, inside: { META-INF/MANIFEST.MF: { Version: 3.10, Debug: false } } } }
      - { id: u, title: U, on: [app1, app2], upload: { from: "x-\${version}.war", to: "/opt/\${host.name}.war", keep-old: true, mode: 0640 } }
      - { id: c, title: C, on: app1, config: { file: /etc/a.yml, expect: { port: 8080, db.password: "\${db-password}", on: true } } }`);
    expect(artifact).toMatchObject({ effect: 'read', targets: ['desk'] });
    expect(artifact?.action).toMatchObject({
      file: 'x-3.10.war',
      sha256: hash,
      inside: [
        {
          format: 'manifest',
          expect: [
            { key: 'Version', value: '3.10' },
            { key: 'Debug', value: 'false' },
          ],
        },
      ],
    });
    expect(upload?.action).toEqual({
      kind: 'upload',
      what: { type: 'put', from: 'x-3.10.war', sha256: hash, mode: '0640' },
      to: '/opt/app1.war',
      kept: '/opt/app1.war.old',
      sudo: null,
    });
    expect(upload?.perTarget['app2']).toMatchObject({ to: '/opt/app2.war' });
    expect(upload?.verify).toMatchObject({
      action: { expect: { stdout: [{ test: 'equals', value: hash }] } },
      perTarget: { app2: { command: expect.stringContaining('cs_hash /opt/app2.war') } },
    });
    expect(config?.action).toMatchObject({
      format: 'yaml',
      expect: [
        { key: 'port', secret: false, wanted: { parts: ['8080'] } },
        { key: 'db.password', secret: true, wanted: { parts: [{ secret: 'db-password' }] } },
        { key: 'on', secret: false, wanted: { parts: ['true'] } },
      ],
    });
  });

  it('are refused at their line where they could not work', () => {
    expect(codes('artifact: { file: x }')).toEqual(['8:38 artifact-proves-nothing']);
    expect(codes('artifact: { file: x, sha256: abc }')[0]).toMatch(/sha256-invalid$/);
    expect(codes(`artifact: { file: x, inside: { a.class: { b: c } } }`)[0]).toMatch(/artifact-inside-format$/);
    expect(codes('on: app1, upload: { from: x, to: /x }')[0]).toMatch(/upload-unproved$/);
    const put = `from: x, sha256: ${hash}`;
    expect(codes(`on: app1, upload: { ${put}, to: x }`)[0]).toMatch(/upload-path-relative$/);
    expect(codes(`on: app1, upload: { ${put}, to: /x/ }`)[0]).toMatch(/upload-path-folder$/);
    expect(codes(`on: app1, upload: { ${put}, to: /x/../y }`)[0]).toMatch(/upload-path-odd$/);
    expect(codes(`on: app1, upload: { ${put}, to: /x, mode: 0999 }`)[0]).toMatch(/mode-invalid$/);
    expect(codes(`on: app1, upload: { ${put}, to: /x, keep-old: /x }`)[0]).toMatch(/upload-keeps-itself$/);
    expect(codes(`upload: { ${put}, to: /x }`)[0]).toMatch(/on-missing$/);
    expect(codes('on: app1, config: { file: /etc/app.conf }')[0]).toMatch(/config-format-unknown$/);
    expect(codes('on: app1, config: { file: /a.ini, expect: { k: "sha256:12" } }')[0]).toMatch(/sha256-invalid$/);
    expect(codes('effect: write, on: app1, config: { file: /a.ini }')[0]).toMatch(/effect-only-read$/);
  });
});

describe('what a host answers', () => {
  it('is only believed to its end', () => {
    expect(readAnswer('kind file\nend\n')?.get('kind')).toBe('file');
    for (const cut of ['', 'kind file\n', 'kind file\nend', 'kind file\nen']) expect(readAnswer(cut)).toBeNull();
  });

  it('tells free space however df breaks its columns', () => {
    expect(readFree('/dev/vda1 1000 900 100 90% /')).toEqual({ bytes: 102_400, device: '/dev/vda1 /' });
    expect(readFree('my share   1000 900 100 90% /mnt/with space')?.bytes).toBe(102_400);
    expect(readFree('tmpfs 10 20 -10 - /x')?.bytes).toBe(0);
    expect(readFree('df: nothing')).toBeNull();
  });
});

describe('bytes of a configuration file', () => {
  it('name the first line that is not in the encoding', () => {
    expect(decodeConfig(Buffer.from('a\nb\nc\xff\nd', 'latin1'), 'ini', 'utf-8')).toEqual({ ok: false, line: 3 });
    expect(decodeConfig(Buffer.from('\xff', 'latin1'), 'ini', 'utf-8')).toEqual({ ok: false, line: 1 });
    expect(decodeConfig(Buffer.from('\xff', 'latin1'), 'ini', 'iso-8859-1')).toEqual({ ok: true, text: 'ÿ' });
  });

  it('join a manifest that was cut in the middle of a character', () => {
    const bytes = Buffer.from('Name: 中', 'utf8');
    const cut = Buffer.concat([bytes.subarray(0, 7), Buffer.from('\r\n '), bytes.subarray(7), Buffer.from('\r\n')]);
    expect(decodeConfig(cut, 'manifest', 'utf-8')).toEqual({ ok: true, text: 'Name: 中\r\n' });
    expect(decodeConfig(cut, 'ini', 'utf-8').ok).toBe(false);
  });
});
