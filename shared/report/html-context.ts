import type { i18n } from 'i18next';
import { DESK } from '../checklist/plan-lookup.ts';
import type { Failure } from '../contract/errors.ts';
import type { Language } from '../contract/ipc/settings.ts';
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
  const say = sayingQuickly(translator, language);
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

/**
 * Sentences of the `report` area. A report of 500 steps says many thousand, so that each is looked up only once (each
 * of its plural forms) and filled in here; the area's parameters are plain `{{name}}`.
 */
function sayingQuickly(translator: i18n, language: Language): Translate {
  const plural = new Intl.PluralRules(language);
  const known = new Map<string, string>();
  return (key, params) => {
    const count = params?.['count'];
    const form = typeof count === 'number' ? `${key} ${plural.select(count)}` : key;
    const sentence = known.get(form) ?? translator.t(`report:${key}`, { count, skipInterpolation: true });
    known.set(form, sentence);
    if (params === undefined) return sentence;
    return sentence.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(params[name] ?? ''));
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
