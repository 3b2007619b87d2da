import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../shared/checklist/problem.ts';
import type { Failure } from '../../shared/contract/errors.ts';
import type { Refusal } from '../../shared/contract/intents.ts';
import { findingSentence, type VerifyFinding } from '../../shared/journal/finding.ts';
import type { StepText } from '../../shared/steps/kind.ts';
import type { checker } from '../../shared/text/en/checker.ts';
import type { evidence } from '../../shared/text/en/evidence.ts';
import type { lockdown } from '../../shared/text/en/lockdown.ts';
import type { people } from '../../shared/text/en/people.ts';
import type { ui } from '../../shared/text/en/ui.ts';
import { spanWords, tickingWords } from '../model/time.ts';

type BaseKey<K extends string> = K extends `${infer Base}_other` ? Base : K extends `${string}_one` ? never : K;
/** Keys of the screens' sentences; of counted ones the part before `_one` / `_other`. */
export type UiKey = BaseKey<keyof typeof ui>;
/** Keys of the sentences about the people of a run. */
export type PeopleKey = BaseKey<keyof typeof people>;
/** Keys of the sentences about lockdown and what preflight senses. */
export type LockdownKey = BaseKey<keyof typeof lockdown>;
/** Keys of the sentences about what is left the day after. */
export type EvidenceKey = BaseKey<keyof typeof evidence>;
/** Keys of the checker's screen. */
export type CheckerKey = BaseKey<keyof typeof checker>;
type Params = Readonly<Record<string, string | number>>;

export interface Sentence {
  readonly what: string;
  readonly remedy: string;
}

export interface Text {
  /** A sentence of the screens. */
  readonly t: (key: UiKey, params?: Params) => string;
  /** A sentence about the people of a run. */
  readonly people: (key: PeopleKey, params?: Params) => string;
  /** A sentence of the checker's screen. */
  readonly checker: (key: CheckerKey, params?: Params) => string;
  /** A sentence about what is left the day after. */
  readonly evidence: (key: EvidenceKey, params?: Params) => string;
  /** A sentence about lockdown and what preflight senses. */
  readonly lockdown: (key: LockdownKey, params?: Params) => string;
  /** What the verifier found, beginning with its place in the journal. */
  readonly finding: (finding: VerifyFinding) => string;
  /** How long something takes or took, in milliseconds. */
  readonly span: (ms: number) => string;
  /** A span that changes while it is shown, in milliseconds. */
  readonly ticking: (ms: number) => string;
  readonly failure: (failure: Failure) => Sentence;
  readonly problem: (problem: Problem) => Sentence;
  readonly refusal: (refusal: Refusal) => string;
  /** A sentence of the step kinds. */
  readonly step: StepText;
}

/** A placeholder nobody filled must not reach the person as `{{name}}`. */
const tidy = (text: string): string => text.replaceAll(/\{\{[^}]*\}\}/g, '…');

/** The sentences of the chosen language. */
export function useText(): Text {
  const { t } = useTranslation(undefined, { useSuspense: false });
  return useMemo(() => {
    const say = (key: string, params: Params = {}): string => tidy(t(key, { ...params }));
    return {
      t: (key, params) => say(`ui:${key}`, params),
      people: (key, params) => say(`people:${key}`, params),
      checker: (key, params) => say(`checker:${key}`, params),
      evidence: (key, params) => say(`evidence:${key}`, params),
      lockdown: (key, params) => say(`lockdown:${key}`, params),
      finding: (finding) => findingSentence(finding, (key, params) => tidy(t(key, { ...params }))),
      span: (ms) => spanWords(ms, (key, params) => say(`ui:${key}`, params)),
      ticking: (ms) => tickingWords(ms, (key, params) => say(`ui:${key}`, params)),
      failure: ({ code, params }) => ({
        what: say(`errors:${code}`, params),
        remedy: say(`errors:${code}-remedy`, params),
      }),
      problem: ({ code, params }) => ({
        what: say(`problems:${code}`, params),
        remedy: say(`problems:${code}-remedy`, params),
      }),
      refusal: ({ code, params }) => say(`refusals:${code}`, params),
      step: (key, params) => tidy(t(`steps:${key}`, { ...params })),
    };
  }, [t]);
}
