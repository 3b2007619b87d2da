import { createSessionSigner } from '../../../electron/engine/journal/digest.ts';
import type { Identity } from '../../../electron/engine/ports.ts';
import { canonicalJson } from '../../../shared/journal/canonical.ts';
import { type Line, linesOf, parse, person, rebuild, receiptLine } from './people-run.ts';

/** Everything that somebody with an editor, a hex editor, or the operator's whole machine can do to a run's folder. */

/** An untouched run's files by path, and who signed in it. */
export interface Untouched {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly operator: Identity;
  readonly runId: string;
}

/** What was done: files with other bytes, or none (null). `receipts`: the checker's own are brought. */
export interface Tampered {
  readonly files: ReadonlyMap<string, Buffer | null>;
  readonly brought: boolean;
  /** False where nothing is false afterwards, but merely less is covered: it is told of, and the run stays intact. */
  readonly speaks: boolean;
}

const pick = <T>(from: readonly T[], at: number): T => from[at % from.length] as T;
const changed = (path: string, bytes: Buffer | null, given: Partial<Tampered> = {}): Tampered => ({
  ...{ files: new Map([[path, bytes]]), brought: false, speaks: true, ...given },
});
const textOf = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''));
const JOURNAL = 'journal.jsonl';
const RECEIPTS = 'receipts.jsonl';

/** Somebody without the checker's key, who would like to have it. */
const stranger = person('Bo');

/** One way to tamper; `at` and `by` are any numbers and say where and how. */
export type Does = (run: Untouched, at: number, by: number) => Tampered;

function bytes(run: Untouched, at: number, change: (bytes: Buffer, at: number) => Buffer): Tampered {
  const path = pick([JOURNAL, JOURNAL, JOURNAL, ...run.files.keys()], at);
  const before = run.files.get(path) ?? Buffer.alloc(0);
  const after = change(before, Math.floor(at / 11) % before.length);
  // Receipts that break off are fewer, or the last one is torn: the history is covered less far, and nothing is false.
  const fewer = path === RECEIPTS && after.length < before.length && before.subarray(0, after.length).equals(after);
  return changed(path, after, { speaks: !fewer });
}

function lines(run: Untouched, change: (lines: string[]) => string[]): Tampered {
  return changed(JOURNAL, textOf(change(linesOf(run.files.get(JOURNAL) ?? Buffer.alloc(0)))));
}

function rebuilt(run: Untouched, at: number, change: (record: Line) => Line | null, operator: Identity): Tampered {
  const all = linesOf(run.files.get(JOURNAL) ?? Buffer.alloc(0));
  const journal = textOf(rebuild(all, operator, at % all.length, change, createSessionSigner()));
  // The forger leaves the checker's receipts where they are, or takes them away and the checker brings their own.
  const away = at % 2 === 0;
  const files = new Map<string, Buffer | null>([[JOURNAL, journal]]);
  if (away) files.set(RECEIPTS, null);
  return { files, brought: away, speaks: true };
}

const later = (record: Line): Line => ({ ...record, at: new Date(Date.parse(record.at) + 1).toISOString() });
const otherWords = (record: Line): Line => ({
  ...record,
  actor: { ...record.actor, name: `${record.actor.name}.` },
  data: record.type === 'attempt-ended' ? { ...record.data, verdict: 'inconclusive' } : record.data,
});

function receipts(run: Untouched, change: (lines: string[]) => string[], given: Partial<Tampered> = {}): Tampered {
  return changed(RECEIPTS, textOf(change(linesOf(run.files.get(RECEIPTS) ?? Buffer.alloc(0)))), given);
}

const edited = (line: string, member: string, value: unknown) =>
  canonicalJson({ ...JSON.parse(line), [member]: value });

function sealedPaths(run: Untouched): string[] {
  return [...run.files.keys()].filter((path) => /^(checklist|output|evidence)\//.test(path));
}

/** What an editor or a hex editor does; by name, so that a failure says what was done. */
export const editings: Readonly<Record<string, Does>> = {
  'a bit is flipped': (run, at, by) =>
    bytes(run, at, (before, here) => {
      const after = Buffer.from(before);
      after[here] = (after[here] ?? 0) ^ (1 << (by % 8));
      return after;
    }),
  'bytes are taken out': (run, at, by) =>
    // A copy of receipts may lose its last newline, which changes nothing in them.
    bytes(run, at, (before, here) =>
      here === before.length - 1
        ? before.subarray(0, -9)
        : Buffer.concat([before.subarray(0, here), before.subarray(here + 1 + (by % 50))]),
    ),
  'bytes are put in': (run, at, by) =>
    bytes(run, at, (before, here) =>
      Buffer.concat([
        before.subarray(0, here),
        Buffer.alloc(1 + (by % 5), pick([32, 10, 48, 0, 255], by)),
        before.subarray(here),
      ]),
    ),
  'a line is taken out': (run, at) => lines(run, (all) => all.toSpliced(at % all.length, 1)),
  'a line stands twice': (run, at, by) => lines(run, (all) => all.toSpliced(by % all.length, 0, pick(all, at))),
  'a line is moved': (run, at, by) =>
    lines(run, (all) => {
      const from = at % all.length;
      return all.toSpliced(from, 1).toSpliced((from + 1 + (by % (all.length - 1))) % all.length, 0, pick(all, from));
    }),
  'two lines are exchanged': (run, at, by) =>
    lines(run, (all) => {
      const one = at % all.length;
      const other = (one + 1 + (by % (all.length - 1))) % all.length;
      return all.with(one, pick(all, other)).with(other, pick(all, one));
    }),
  // A signature is in no hash, so only the rule of who signs what finds these.
  'a signature is taken away, put in, or another one': (run, at, by) =>
    lines(run, (all) => {
      const { sig, ...unsigned } = parse(pick(all, at));
      const other = stranger.sign(unsigned.hash);
      return all.with(
        at % all.length,
        canonicalJson(sig === undefined || by % 2 === 0 ? { ...unsigned, sig: other } : unsigned),
      );
    }),
  'the journal is cut after a record': (run, at) => lines(run, (all) => all.slice(0, at % all.length)),
  'the journal is cut anywhere': (run, at) => {
    const journal = run.files.get(JOURNAL) ?? Buffer.alloc(0);
    return changed(JOURNAL, journal.subarray(0, at % journal.length));
  },
};

/** What somebody does who knows how a run is made: chains rebuilt, files exchanged, receipts and reports forged. */
export const forgeries: Readonly<Record<string, Does>> = {
  'the chain is rebuilt with the operator’s key': (run, at) => rebuilt(run, at, later, run.operator),
  'the chain is rebuilt without the operator’s key': (run, at) => rebuilt(run, at, otherWords, stranger),
  'a record is taken out and the chain rebuilt': (run, at) => rebuilt(run, at, () => null, run.operator),
  'a record says something else and the chain is rebuilt': (run, at) => rebuilt(run, at, otherWords, run.operator),
  'two sealed files are exchanged': (run, at, by) => {
    const paths = sealedPaths(run);
    const one = pick(paths, at);
    const other = pick(paths, at + 1 + (by % (paths.length - 1)));
    const files = new Map([
      [one, run.files.get(other) ?? null],
      [other, run.files.get(one) ?? null],
    ]);
    return { files, brought: false, speaks: true };
  },
  'a file is renamed': (run, at, by) => {
    const path = pick([...sealedPaths(run), 'report.html', JOURNAL], at);
    const files = new Map([
      [path, null],
      [`${path}${by}`, run.files.get(path) ?? null],
    ]);
    return { files, brought: false, speaks: true };
  },
  'a file is removed': (run, at) => changed(pick([...sealedPaths(run), 'report.html'], at), null),
  'a file is put in': (_run, at, by) => changed(`${pick(['checklist', 'output'], at)}/x${by}.cast`, Buffer.from('x')),
  'a stray file is put beside': (_run, at, by) =>
    changed(pick([`evidence/x${by}`, `x${by}.pdf`], at), Buffer.from('x'), { speaks: false }),
  'the report is another one': (run, _at, by) =>
    changed('report.html', Buffer.concat([run.files.get('report.html') ?? Buffer.alloc(0), Buffer.from(String(by))])),
  'the report and its list are others': (run, _at, by) => {
    const list = run.files.get('export.json')?.toString('utf8') ?? '';
    return changed('export.json', Buffer.from(list.replace(/"bytes":\d+/, `"bytes":${by + 100}`)));
  },
  'a receipt is edited': (run, at, by) =>
    receipts(run, (all) =>
      all.with(
        at % all.length,
        pick(
          [
            edited(pick(all, at), 'at', '2026-11-21T00:00:00.000Z'),
            edited(pick(all, at), 'seq', 1_000 + by),
            edited(pick(all, at), 'hash', 'a'.repeat(64)),
            edited(pick(all, at), 'name', 'Eve'),
            edited(pick(all, at), 'runId', 'another'),
            edited(pick(all, at), 'publicKey', stranger.person.publicKey),
          ],
          by,
        ),
      ),
    ),
  'a stranger signs another history': (run, at) => {
    const records = linesOf(run.files.get(JOURNAL) ?? Buffer.alloc(0)).map(parse);
    const hash = 'b'.repeat(64);
    return receipts(run, (all) => [...all, receiptLine(stranger, run.runId, { ...pick(records, at), hash })]);
  },
  'the last receipts are taken away': (run, at) =>
    receipts(run, (all) => all.slice(0, at % all.length), { speaks: false }),
};
