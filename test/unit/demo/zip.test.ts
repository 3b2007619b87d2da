import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { zipOf } from '../../../electron/demo/zip.ts';

/** What another program's reader finds, its sums checked. */
async function read(zip: Buffer): Promise<Record<string, string>> {
  const file = await fromBufferPromise(zip);
  const found: [string, string][] = [];
  for await (const entry of file.eachEntry()) {
    found.push([entry.fileName, await text(await file.openReadStreamPromise(entry))]);
  }
  return Object.fromEntries(found);
}

test('a zip holds its files as they were given, in their order', async () => {
  const names = fc.stringMatching(/^[a-zäöü版]{1,12}(\/[a-z]{1,8}){0,2}$/);
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, fc.string({ unit: 'grapheme', maxLength: 2_000 })), async (files) => {
      const found = await read(zipOf(files));
      expect(Object.entries(found)).toEqual(Object.entries(files));
    }),
    { numRuns: 100 },
  );
});

test('the same files give the same bytes', () => {
  expect(zipOf({ a: 'one', b: 'two' }).equals(zipOf({ a: 'one', b: 'two' }))).toBe(true);
});
