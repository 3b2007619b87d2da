import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { exportRun } from '../../../electron/evidence/export-run.ts';
import { retireRuns } from '../../../electron/evidence/retire-runs.ts';
import { printWithElectron } from '../../../electron/report/print-with-electron.ts';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { Engine } from '../../helpers/engine-kit.ts';
import { command, manualStep, planOf, step } from '../../helpers/plans.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../../helpers/sshd.ts';

/** Twenty secrets as people have them: quotes, spaces, Chinese, percent signs, two lines, and nothing but digits. */
const values = [
  'Tr0ub4dor&3 horse',
  `quo'te"back\\slash`,
  '密码-口令-2026',
  'a+b/c=d?e&f',
  '%41%42 not encoded',
  'tab\there',
  'line one\nline two',
  '$(rm -rf x) `y`',
  '31415926535',
  'AKIA1234567890ABCDEF',
  'éàü-ñandú',
  'eyJhbGciOiJIUzI1NiJ9.c2VjcmV0.sig',
  '<script>&amp;</script>',
  'semi;colon|pipe>out',
  '😀 smile 😀',
  'spaces   in   it  ',
  '-----BEGIN KEY-----abc',
  'x'.repeat(200),
  'C:\\Users\\li\\pass.txt',
  'postgres://u:p@db/x',
] as const;
const secrets: Readonly<Record<string, string>> = Object.fromEntries(values.map((value, n) => [`s${n + 1}`, value]));

/** What nobody may find anywhere: the spellings as other programs make them, not as our redactor lists them. */
function spellings(value: string): readonly Buffer[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((shift) => {
    const digits = Buffer.concat([Buffer.alloc(shift, 'x'), bytes]).toString('base64');
    // Only the digits that the secret decides alone.
    return digits.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
  const texts = [
    value,
    ...base64,
    ...base64.map((one) => one.replaceAll('+', '-').replaceAll('/', '_')),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(value),
    encodeURIComponent(value).replaceAll('%20', '+'),
    JSON.stringify(value).slice(1, -1),
    JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1),
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  ];
  const wide = Buffer.from(value, 'utf16le');
  return [...[...new Set(texts)].map((text) => Buffer.from(text)), wide, Buffer.from(wide).swap16()];
}

const folder = tempFolder('secrets');
const key = makeKey(join(folder, 'id_ed25519'));
let sshd: Sshd;
let home: Home;
beforeAll(async () => {
  sshd = await startSshd({ authorized: [key.publicLine] });
  home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
});
afterAll(async () => {
  home.close();
  await sshd.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Says a secret in every way a program on the host may say it, in pieces and on both streams. */
const program = `
import sys, os, time, base64, json, urllib.parse
s = os.fsencode(sys.argv[1]); t = sys.argv[1]
def say(b, out=sys.stdout): out.buffer.write(b + b'\\n'); out.flush()
for n in range(3): say(base64.b64encode(b'x' * n + s))
say(s); say(s, sys.stderr); say(base64.b64encode(s), sys.stderr); say(base64.urlsafe_b64encode(s))
say(base64.encodebytes(s * 1)); say(s.hex().encode()); say(s.hex().upper().encode())
say(urllib.parse.quote(t, safe='').encode()); say(urllib.parse.quote_plus(t).encode())
say(t.encode('utf-16-le')); say(t.encode('utf-16-be')); say(t.encode('utf-16'), sys.stderr)
say(json.dumps(t).encode()); say(json.dumps(t, ensure_ascii=False).encode())
for c in (s[:len(s) // 2], s[len(s) // 2:], b'\\n'):
  sys.stdout.buffer.write(c); sys.stdout.flush(); time.sleep(0.03)
for b in (bytes([c]) for c in base64.b64encode(s)): sys.stdout.buffer.write(b); sys.stdout.flush()
sys.exit(1)
`;

function planWithSecrets(): Plan {
  const script = join(folder, 'say.py');
  writeFileSync(script, program);
  const app1 = {
    ...{ name: 'app1', address: sshd.address, port: sshd.port, user: sshd.user },
    ...{ jump: null, groups: [], identity: null },
  };
  const names = Object.keys(secrets);
  const say = names.map((name) =>
    step(`say-${name}`, {
      action: command(`python3 ${script} "$CS_${name.toUpperCase()}"`, { secrets: [name] }),
      title: `Say ${name}`,
    }),
  );
  const fields = ['text', 'file'].map((name) => ({ name, label: name, type: name, required: false, options: [] }));
  const look = manualStep('look', { action: { kind: 'manual', evidence: fields } as never });
  return planOf([...say, look], {
    hosts: [app1],
    secrets: names.map((name) => ({ name, prompt: `Secret ${name}` })),
  });
}

function filesBelow(path: string): readonly string[] {
  return readdirSync(path).flatMap((name) => {
    const inside = join(path, name);
    return lstatSync(inside).isDirectory() ? [inside, ...filesBelow(inside)] : [inside];
  });
}

/** What a PDF's packed streams hold, and what a person reads on its pages, without the line breaks of the paper. */
function insideOf(pdf: string): readonly Buffer[] {
  const streams = execFileSync('qpdf', ['--qdf', '--object-streams=disable', pdf, '-'], { maxBuffer: 1 << 28 });
  const read = execFileSync('pdftotext', ['-raw', pdf, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return [streams, Buffer.from(read), Buffer.from(read.replaceAll(/\s/g, ''))];
}

/** Every secret that stands in a name or in the bytes of a file below a folder, and where. */
function leaks(path: string): readonly string[] {
  const found: string[] = [];
  for (const file of filesBelow(path)) {
    const content = lstatSync(file).isDirectory() ? Buffer.alloc(0) : readFileSync(file);
    const bytes = Buffer.concat([content, ...(file.endsWith('.pdf') ? insideOf(file) : [])]);
    for (const [name, value] of Object.entries(secrets))
      for (const form of spellings(value))
        if (bytes.includes(form) || file.includes(form.toString()))
          found.push(`${name} as ${form.toString().slice(0, 40)} in ${file}`);
  }
  return found;
}

it('lets none of twenty secrets reach a byte of anything that is ever written', async () => {
  const data = join(folder, 'data');
  const engine = await Engine.create({ plan: planWithSecrets(), data, home: home.path, secrets });
  for (const name of Object.keys(secrets)) {
    const said = `because of ${secrets[name]} and ${Buffer.from(secrets[name] ?? '').toString('base64')}`;
    await engine.runStep(`say-${name}`);
    await engine.runStep(`say-${name}`, ['app1'], said);
    await engine.submit({
      ...{ type: 'decide', step: `say-${name}`, target: 'app1', decision: 'overridden', reason: said, owner: null },
    });
  }
  const file = join(folder, `evidence.Tr0ub4dor&3 horse`);
  writeFileSync(file, 'nothing to hide in it');
  await engine.submit({
    ...{ type: 'confirm-manual', step: 'look', target: 'desk', verdict: 'passed', reason: null },
    ...{ evidence: { text: values.join(' | '), file: { path: file } }, note: `noted ${values.join(' ')}` },
  });
  await engine.run.controller.idle();
  await engine.run.close('left');
  const again = await Engine.reopen(engine.run.runId, { plan: planWithSecrets(), data, home: home.path, secrets });
  await again.submit({ type: 'abandon', reason: `enough of ${values.join(' ')}` });
  await again.run.close('ended');

  const print = (html: string, path: string): Promise<void> => printWithElectron(html, path, process.env);
  const to = join(folder, 'run.zip');
  const rest = { language: 'zh', print, identity: null, progress: () => {} } as const;
  expect(await exportRun({ folder: again.run.folder, to, ...rest })).toMatchObject({ ok: true });
  const unpacked = join(folder, 'unpacked');
  mkdirSync(unpacked);
  execFileSync('python3', ['-m', 'zipfile', '-e', to, unpacked]);
  const [, read] = insideOf(join(unpacked, 'report.pdf'));
  expect(read?.toString().split('••••').length).toBeGreaterThan(80);

  // Otherwise nothing would have been looked at: the marks stand where the secrets were.
  expect(readFileSync(join(unpacked, 'journal.jsonl'), 'utf8').split('••••').length).toBeGreaterThan(80);
  expect(filesBelow(join(unpacked, 'output')).length).toBeGreaterThanOrEqual(40);
  expect(leaks(unpacked)).toEqual([]);
  expect(leaks(data)).toEqual([]);
  expect(leaks(home.path)).toEqual([]);

  const runIds = [again.run.runId];
  const retiring = { data, runIds, how: 'archive', by: 'Li', reason: 'old', onScreen: null } as const;
  expect(await retireRuns({ ...retiring, ...rest, clock: systemClock })).toMatchObject({ ok: true });
  expect(leaks(data)).toEqual([]);
});

it('would find each of them in every spelling, in a file or in its name', () => {
  const control = join(folder, 'control');
  mkdirSync(control);
  const file = join(control, 'a');
  for (const value of values) {
    const encoded = Buffer.from(`ab${value}`).toString('base64');
    for (const said of [
      value,
      encoded,
      Buffer.from(value).toString('hex'),
      encodeURIComponent(value),
      JSON.stringify(value),
    ]) {
      writeFileSync(file, `before ${said} after`);
      expect(leaks(control), said).not.toEqual([]);
    }
    writeFileSync(file, Buffer.from(`before ${value} after`, 'utf16le'));
    expect(leaks(control), value).not.toEqual([]);
  }
  rmSync(file);
  writeFileSync(join(control, values[0]), '');
  expect(leaks(control)).not.toEqual([]);
});
