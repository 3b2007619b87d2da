import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Inside, lookInside } from '../../../electron/engine/steps/artifact-archive.ts';

const manifest = 'Manifest-Version: 1.0\nBuild-Profile: prod\n';
const longName = `${'deep/'.repeat(30)}${'x'.repeat(120)}.properties`;

/** Archives made by the real zip, jar, tar and Python. */
describe('looking inside an archive', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-archive-'));
  const tree = join(folder, 'tree');
  const at = (name: string): string => join(folder, name);
  const python = (script: string): void => void execFileSync('python3', ['-c', script], { cwd: folder });

  beforeAll(() => {
    mkdirSync(join(tree, 'META-INF'), { recursive: true });
    mkdirSync(join(tree, 'WEB-INF/lib'), { recursive: true });
    mkdirSync(join(tree, longName, '..'), { recursive: true });
    writeFileSync(join(tree, 'META-INF/MANIFEST.MF'), manifest);
    writeFileSync(join(tree, 'app.properties'), 'profile=prod\n');
    writeFileSync(join(tree, longName), 'long=1\n');
    execFileSync('zip', ['-q', join(tree, 'WEB-INF/lib/x.jar'), 'META-INF/MANIFEST.MF'], { cwd: tree });
    execFileSync('zip', ['-qr', at('a.war'), '.'], { cwd: tree });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function look(name: string, ...paths: string[]): Promise<ReadonlyMap<string, Inside>> {
    const file = await open(at(name));
    try {
      return await lookInside(file, paths, new AbortController().signal);
    } finally {
      await file.close();
    }
  }
  async function text(name: string, path: string): Promise<string> {
    const inside = (await look(name, path)).get(path);
    return inside?.type === 'file' ? inside.bytes.toString() : `(${inside?.type ?? 'nothing'})`;
  }

  it('finds files in a zip, says what is missing, and follows an archive inside it', async () => {
    expect(await text('a.war', 'META-INF/MANIFEST.MF')).toBe(manifest);
    expect(await text('a.war', 'WEB-INF/lib/x.jar!/META-INF/MANIFEST.MF')).toBe(manifest);
    expect(await text('a.war', 'WEB-INF/lib/x.jar!/nothing')).toBe('(missing)');
    expect(await text('a.war', 'WEB-INF/lib/y.jar!/META-INF/MANIFEST.MF')).toBe('(missing)');
    expect(await text('a.war', 'nothing')).toBe('(missing)');
  });

  it.each([
    ['gnu', []],
    ['posix', []],
    ['ustar', ['--exclude=deep']],
    ['v7', ['--exclude=deep']],
  ] as const)('reads a %s tar, packed or not', async (format, more) => {
    const words = [`--format=${format}`, ...more, '-C', tree, '.'];
    execFileSync('tar', ['-cf', at(`${format}.tar`), ...words]);
    execFileSync('tar', ['-czf', at(`${format}.tgz`), ...words]);
    for (const name of [`${format}.tgz`, ...(format === 'v7' ? [] : [`${format}.tar`])]) {
      expect(await text(name, 'META-INF/MANIFEST.MF')).toBe(manifest);
      if (more.length === 0) expect(await text(name, longName)).toBe('long=1\n');
      expect(await text(name, 'WEB-INF/lib/x.jar!/META-INF/MANIFEST.MF')).toBe(manifest);
      expect(await text(name, 'WEB-INF/lib')).toBe('(missing)');
    }
  });

  it('reads a zip64 behind five gigabytes without holding them in memory', async () => {
    writeFileSync(at('huge.war'), '');
    truncateSync(at('huge.war'), 5 * 1024 ** 3);
    python(`import zipfile
with zipfile.ZipFile('huge.war', 'a') as z: z.writestr('META-INF/MANIFEST.MF', 'Build-Profile: prod')`);
    const before = process.memoryUsage().rss;
    expect(await text('huge.war', 'META-INF/MANIFEST.MF')).toBe('Build-Profile: prod');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 ** 2);
  });

  it('does not unpack what is larger than a configuration file', async () => {
    python(`import zipfile
with zipfile.ZipFile('bomb.zip', 'w', zipfile.ZIP_DEFLATED) as z: z.writestr('app.properties', b'a' * (200 << 20))`);
    expect(statSync(at('bomb.zip')).size).toBeLessThan(1024 ** 2);
    expect((await look('bomb.zip', 'app.properties')).get('app.properties')).toEqual({
      type: 'too-large',
      bytes: 200 * 1024 ** 2,
    });
  });

  it('does not believe a size that the content does not keep', async () => {
    const bytes = readFileSync(at('bomb.zip'));
    // The size in the central directory, which is the one that counts.
    bytes.writeUInt32LE(100, bytes.lastIndexOf('PK\u0001\u0002') + 24);
    writeFileSync(at('liar.zip'), bytes);
    await expect(look('liar.zip', 'app.properties')).rejects.toThrow(/too many bytes|size/);
  });

  it('says when a name stands twice, because programs disagree about which counts', async () => {
    python(`import zipfile, warnings
warnings.simplefilter('ignore')
with zipfile.ZipFile('twice.zip', 'w') as z: z.writestr('a', '1'); z.writestr('a', '2')`);
    expect(await text('twice.zip', 'a')).toBe('(twice)');
  });

  it('refuses what is cut short, encrypted, damaged or no archive', async () => {
    const war = readFileSync(at('a.war'));
    writeFileSync(at('cut.war'), war.subarray(0, war.length - 40));
    await expect(look('cut.war', 'a')).rejects.toThrow();
    execFileSync('zip', ['-q', '-P', 'x', at('locked.zip'), 'app.properties'], { cwd: tree });
    await expect(look('locked.zip', 'app.properties')).rejects.toThrow(/encrypt/i);
    execFileSync('zip', ['-q0', at('stored.zip'), 'app.properties'], { cwd: tree });
    const stored = readFileSync(at('stored.zip'));
    stored.write('test', stored.indexOf('prod'));
    writeFileSync(at('damaged.zip'), stored);
    await expect(look('damaged.zip', 'app.properties')).rejects.toThrow(/check sum/);
    writeFileSync(at('text.war'), 'not at all');
    await expect(look('text.war', 'a')).rejects.toThrow();
    writeFileSync(at('empty.war'), '');
    await expect(look('empty.war', 'a')).rejects.toThrow();
    const tar = readFileSync(at('gnu.tgz'));
    writeFileSync(at('cut.tgz'), tar.subarray(0, tar.length - 200));
    await expect(look('cut.tgz', 'no-such')).rejects.toThrow();
  });

  it('stops when it is cancelled', async () => {
    const file = await open(at('a.war'));
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(lookInside(file, ['a'], stop.signal)).rejects.toThrow('stopped');
    await file.close();
  });

  it('answers or rejects, whatever bytes are changed', async () => {
    const originals = ['a.war', 'gnu.tar'].map((name) => readFileSync(at(name)));
    const change = fc.tuple(fc.nat(), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.nat(1), fc.array(change, { minLength: 1, maxLength: 8 }), async (which, changes) => {
        const bytes = Buffer.from(originals[which] ?? Buffer.alloc(0));
        for (const [where, value] of changes) bytes[where % bytes.length] = value;
        writeFileSync(at('changed'), bytes);
        await look('changed', 'META-INF/MANIFEST.MF', 'app.properties').catch((error: unknown) => {
          expect(error).toBeInstanceOf(Error);
        });
      }),
      { numRuns: 150 },
    );
  });
});
