import { findingSentence } from '../../shared/journal/finding.ts';
import type { Translate } from '../../shared/text/translate.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import type { VerifyResult } from '../engine/journal/verify-run.ts';
import { NotAFile } from '../engine/regular-file.ts';

/** The verifier's verdict in words, the same from the command line and from the stand-alone verifier. */

/** 0 intact and complete, 2 altered, 3 intact as far as it goes but incomplete (`architecture.md`). */
export const verdictExit = { intact: 0, altered: 2, incomplete: 3 } as const;

/** Where something lies that is no regular file, so that there is nothing to verify (with); null for other errors. */
export function placeOfNoFile(error: unknown): string | null {
  const cause = error instanceof JournalError ? error.cause : error;
  return cause instanceof NotAFile ? cause.path : null;
}

/** The verdict in one sentence; where a record is to blame, it names the first. Text keys as `verify:key`. */
export function verdictSentence({ verdict, records, firstBad }: VerifyResult, t: Translate): string {
  if (verdict !== 'altered' || firstBad === null) return t(`verify:verdict-${verdict}`, { records });
  const { line, seq, type } = firstBad;
  return t('verify:verdict-altered-at', { line, type, seq: seq < 0 ? '?' : seq });
}

/** Everything as one JSON object: the result, and each finding and the verdict with their sentences. */
export function verdictJson(result: VerifyResult, folder: string, t: Translate): string {
  const findings = result.findings.map((finding) => ({ ...finding, sentence: findingSentence(finding, t) }));
  return JSON.stringify({ folder, ...result, sentence: verdictSentence(result, t), findings });
}

/** Everything as lines for a person: verdict, the three questions, what was found, who signed, keys to compare. */
export function verdictLines(result: VerifyResult, t: Translate): readonly string[] {
  const { integrity, completeness, identity, findings, people, head } = result;
  return [
    verdictSentence(result, t),
    t('verify:verdict-by', {
      integrity: t(`verify:integrity-${integrity}`),
      completeness: t(`verify:completeness-${completeness}`),
      identity: t(`verify:identity-${identity}`),
    }),
    ...findings.map((finding) => `  ${findingSentence(finding, t)}`),
    ...receiptSentences(result, t),
    ...people.map((person) =>
      t('verify:person-line', {
        ...person,
        role: t(`verify:role-${person.role}`),
        fingerprint: person.fingerprint ?? t('verify:no-key'),
      }),
    ),
    t('verify:head', { head }),
  ];
}

/** How far the history is covered by whom, and the keys to compare. */
function receiptSentences({ receipts }: VerifyResult, t: Translate): readonly string[] {
  const { lastSeq, toEnd, signers } = receipts;
  const names = signers.filter(({ admitted }) => admitted).map(({ name }) => name);
  const covered = t(toEnd ? 'verify:signed-to-end' : 'verify:signed-up-to', {
    seq: lastSeq ?? 0,
    names: names.join(', '),
  });
  return [
    ...(lastSeq === null ? [] : [covered]),
    ...signers.map(({ name, fingerprint, count, lastSeq: seq, admitted }) =>
      t('verify:receipts-line', {
        name,
        fingerprint,
        count,
        seq: seq ?? '-',
        admitted: t(`verify:${admitted ? 'yes' : 'no'}`),
      }),
    ),
  ];
}
