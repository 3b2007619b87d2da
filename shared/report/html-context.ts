import { DESK } from '../checklist/plan-lookup.ts';
import type { Failure } from '../contract/errors.ts';
import type { Language } from '../contract/ipc.ts';
import type { TargetStatus } from '../run/state.ts';
import { createTranslator, type Translate } from '../text/translate.ts';
import { clockTime, dateTime, type Zone, zoneOf } from './format.ts';
import { type Html, html } from './markup.ts';
import type { ReportModel } from './model.ts';

/** What every section of the HTML report needs: the model, sentences in one language, and the report's own clock. */
export interface ReportContext {
  readonly model: ReportModel;
  /** A sentence of the `report` area. */
  readonly say: Translate;
  /** A sentence of the `lockdown` area, which the screens share. */
  readonly lock: Translate;
  readonly zone: Zone;
  /** Date and time. */
  moment(at: string): string;
  /** Time of day, with the date when it is not the run's first day. */
  time(at: string): string;
  /** The failure's sentence, with the technical cause. */
  failure(failure: Failure): string;
  /** In a long run what passed is told without its output, so that what did not can be found. */
  readonly brief: boolean;
  /** A target's name for people. */
  target(name: string): string;
}

/** Runs of more steps than this are told briefly. */
const LONG_RUN = 60;

/** Prepares the context; times are told in the window's own offset, else in UTC. */
export function reportContext(model: ReportModel, language: Language): ReportContext {
  const translator = createTranslator(language);
  const { window } = model;
  const zone = zoneOf(window === null ? [] : [window.start, window.warn, window.backOutBy, window.end]);
  const reference = model.startedAt ?? model.createdAt;
  // A word such as a column's name is asked for once a row; a report has many thousand rows.
  const words = new Map<string, string>();
  const say: Translate = (key, params) => {
    if (params !== undefined) return translator.t(`report:${key}`, { ...params });
    const word = words.get(key) ?? translator.t(`report:${key}`);
    words.set(key, word);
    return word;
  };
  return {
    model,
    say,
    lock: (key, params) => translator.t(`lockdown:${key}`, { ...params }),
    zone,
    brief: model.steps.length > LONG_RUN,
    moment: (at) => dateTime(at, zone),
    time: (at) => clockTime(at, reference, zone),
    failure: ({ code, params, cause }) => {
      const sentence = translator.t(`errors:${code}`, { ...params });
      return cause === null || sentence.includes(cause) ? sentence : `${sentence} (${cause})`;
    },
    target: (name) => (name === DESK ? say('desk') : name),
  };
}

/** Shape beside the word, so that no state rests on colour. */
export const marks: Readonly<Record<TargetStatus, string>> = {
  todo: '–',
  running: '▶',
  passed: '✓',
  failed: '✕',
  inconclusive: '~',
  unknown: '?',
  deferred: '↷',
  excluded: '⊘',
  overridden: '!',
};

/** A status as mark and word; passed is calm, everything else is heavy. */
export function state(context: ReportContext, status: TargetStatus): Html {
  const tone = status === 'passed' ? 'state calm' : 'state';
  return html`<span class="${tone}">${marks[status]} ${context.say(`s_${status}`)}</span>`;
}

/** Message keys cannot hold a hyphen in this project; words of the contract can. */
export function keyOf(word: string): string {
  return word.replaceAll('-', '_');
}
