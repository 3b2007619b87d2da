import type { RecordPlace } from './verify.ts';

/** What a finding means for the verdict: somebody changed something, something is missing yet, or merely worth knowing. */
export type FindingSeverity = 'altered' | 'incomplete' | 'note';

/** One thing the verifier found. `code` has a sentence in `shared/text/*\/verify.ts`; `params` fill it. */
export interface VerifyFinding {
  readonly severity: FindingSeverity;
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
  /** The record it is about, or null where it is about a file that no record tells of. */
  readonly at: RecordPlace | null;
}

const weight: Readonly<Record<FindingSeverity, number>> = { altered: 0, incomplete: 1, note: 2 };

/** What speaks of alteration comes first; within one severity the order stays. */
export function worstFirst(findings: readonly VerifyFinding[]): readonly VerifyFinding[] {
  return findings.toSorted((a, b) => weight[a.severity] - weight[b.severity]);
}

/** A finding as one plain sentence, beginning with its place in the journal. `t` takes keys as `namespace:key`. */
export function findingSentence(
  finding: VerifyFinding,
  t: (key: string, params?: Readonly<Record<string, unknown>>) => string,
): string {
  const sentence = t(`verify:${finding.code}`, finding.params);
  if (finding.at === null) return sentence;
  const { line, seq, type } = finding.at;
  return t('verify:at-record', { line, seq: seq < 0 ? '?' : seq, type, sentence });
}

/** Findings that say nothing about the history's bytes, but that somebody is not who they had to be. */
const identityCodes: ReadonlySet<string> = new Set([
  'signer-not-admitted',
  'second-checker',
  'operator-unidentified',
  'checker-own-key',
  'checker-own-machine',
  'checker-own-work',
  'receipt-stranger',
  'receipts-empty',
]);

/** True when a finding is about who people are, not about what was written. */
export function isAboutIdentity(code: string): boolean {
  return identityCodes.has(code);
}
