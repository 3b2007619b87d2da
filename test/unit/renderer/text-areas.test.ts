import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '../../../shared/text/en/index.ts';
import { zh } from '../../../shared/text/zh/index.ts';

type Table = Readonly<Record<string, string>>;

/** The keys of every area of a namespace, in the order in which they are written down; each file holds one table. */
async function areasOf(language: string, namespace: string): Promise<readonly (readonly [string, string[]])[]> {
  const folder = resolve('shared/text', language, namespace);
  return await Promise.all(
    readdirSync(folder)
      .sort()
      .map(async (file) => {
        const tables = (await import(join(folder, file))) as Readonly<Record<string, Table>>;
        return [file, Object.values(tables).flatMap((table) => Object.keys(table))] as const;
      }),
  );
}

describe.each(['evidence', 'report', 'ui'] as const)('the sentences of %s', (namespace) => {
  it.each([
    ['en', en],
    ['zh', zh],
  ] as const)('stand in one area each, and every area is part of the whole (%s)', async (language, texts) => {
    // Of two areas with the same key the second would silently win.
    const keys = (await areasOf(language, namespace)).flatMap(([, own]) => own);
    expect(keys.sort()).toEqual(Object.keys(texts[namespace]).sort());
  });

  it('stand in the same area and the same order in both languages', async () => {
    expect(await areasOf('zh', namespace)).toEqual(await areasOf('en', namespace));
  });
});
