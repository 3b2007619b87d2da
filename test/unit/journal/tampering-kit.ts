import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type VerifyResult, verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { fastFolder } from '../../helpers/fast-folder.ts';
import { type BuiltVerifier, bundledVerifier, independentVerify } from '../../helpers/verifier.ts';
import { writeTamperedRun } from './tampered-run.ts';
import type { Does, Tampered, Untouched } from './tamperings.ts';

/** Tampers with a copy of a run and asks three verifiers: the app's, the stand-alone one, and the foreign one. */

/** What the three say of the folder as it is now. A text: why nothing could be verified. */
export interface Said {
  readonly app: VerifyResult | string;
  readonly alone: VerifyResult | string;
  readonly independent: { readonly integrity: string; readonly complete: boolean; readonly why: string | null };
}

export const orWhy = (work: Promise<VerifyResult>): Promise<VerifyResult | string> =>
  work.catch((error: Error) => error.message);

/** The parts in which two verifiers have to say the same. */
export function words(result: VerifyResult) {
  const { verdict, integrity, completeness, identity, records, head, findings, firstBad, receipts } = result;
  return {
    ...{ verdict, integrity, completeness, identity, records, head, firstBad, receipts },
    findings: findings.map(({ severity, code, params, at }) => ({ severity, code, params, at })),
  };
}

export class TamperingKit {
  readonly folder: string;
  /** The checker's own receipts, from their own computer. */
  readonly own: string;
  readonly run: Untouched;
  readonly verifier: BuiltVerifier;
  private readonly base: string;

  private constructor(base: string, run: Untouched, verifier: BuiltVerifier) {
    this.base = base;
    this.folder = join(base, 'tampered');
    this.own = join(base, 'bo.jsonl');
    this.run = run;
    this.verifier = verifier;
  }

  static async make(): Promise<TamperingKit> {
    const base = fastFolder('tampering');
    const written = await writeTamperedRun(base);
    const files = new Map<string, Buffer>();
    for (const entry of readdirSync(written.folder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile()) files.set(path.slice(written.folder.length + 1), readFileSync(path));
    }
    const run = { files, operator: written.run.ada, runId: written.run.engine.run.runId };
    const kit = new TamperingKit(base, run, await bundledVerifier());
    cpSync(written.folder, kit.folder, { recursive: true });
    writeFileSync(kit.own, written.receipts.map((line) => `${line}\n`).join(''));
    return kit;
  }

  async remove(): Promise<void> {
    await this.verifier.remove();
    rmSync(this.base, { recursive: true, force: true });
  }

  /** Does it, looks, and puts everything back. */
  async tampered<T>({ files }: Tampered, look: () => Promise<T>): Promise<T> {
    this.put(files);
    try {
      return await look();
    } finally {
      this.put(new Map([...files.keys()].map((path) => [path, this.run.files.get(path) ?? null])));
    }
  }

  private put(files: ReadonlyMap<string, Buffer | null>): void {
    for (const [path, bytes] of files) {
      const place = join(this.folder, path);
      if (bytes === null) rmSync(place, { force: true });
      else {
        mkdirSync(dirname(place), { recursive: true });
        writeFileSync(place, bytes);
      }
    }
  }

  touches({ files }: Tampered): boolean {
    return [...files].some(([path, bytes]) => {
      const before = this.run.files.get(path) ?? null;
      return bytes === null || before === null ? bytes !== before : !bytes.equals(before);
    });
  }

  async verdicts(brought: boolean): Promise<Said> {
    const receipts = brought ? this.own : undefined;
    const app = await orWhy(verifyRun(this.folder, receipts === undefined ? {} : { receipts }));
    const alone = await orWhy(this.verifier.verify(this.folder, receipts));
    return { app, alone, independent: independentVerify(this.folder, receipts ?? null) };
  }

  /** Tampers and expects all three to have found it, in the same words. */
  async expectFound(made: Tampered): Promise<void> {
    const { app, alone, independent } = await this.tampered(made, () => this.verdicts(made.brought));
    if (typeof app === 'string' || typeof alone === 'string') {
      // Without a journal there is nothing to verify, and all three say so.
      const none = expect.stringContaining('no journal');
      expect([app, alone, independent.integrity]).toEqual([none, none, 'altered']);
      return;
    }
    expect(words(alone)).toEqual(words(app));
    const why = `${independent.why}; ${JSON.stringify(app.findings)}`;
    expect(independent, why).toMatchObject({ integrity: app.integrity });
    if (independent.integrity === 'intact') expect(independent.complete).toBe(app.completeness === 'complete');
    if (made.speaks) expect(app.verdict).not.toBe('intact');
    else expect(app.findings.filter(({ code }) => code !== 'export-signed')).not.toEqual([]);
  }

  /** `times` random ones of these ways, none of them left out; fast-check prints the seed of a failure. */
  async expectAllFound(ways: Readonly<Record<string, Does>>, times: number): Promise<void> {
    const names = Object.keys(ways);
    const one = fc.record({ name: fc.constantFrom(...names), at: fc.nat(1_000_000), by: fc.nat(1_000) });
    const done = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(one, async ({ name, at, by }) => {
        const made = ways[name]?.(this.run, at, by);
        fc.pre(made !== undefined && this.touches(made));
        if (made === undefined) return;
        done.set(name, (done.get(name) ?? 0) + 1);
        await this.expectFound(made);
      }),
      { numRuns: times },
    );
    expect([...done.keys()].sort()).toEqual(names.sort());
    // Skipped are only those that came out as nothing: fast-check counts what was really looked at.
    expect([...done.values()].reduce((sum, count) => sum + count, 0)).toBe(times);
  }
}
