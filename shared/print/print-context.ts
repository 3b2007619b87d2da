import type { Plan } from '../checklist/plan.ts';
import { DESK } from '../checklist/plan-lookup.ts';
import type { SealedFile } from '../contract/events.ts';
import type { PaperSize } from '../contract/ipc/print.ts';
import type { Language } from '../contract/ipc/settings.ts';
import { type Zone, zoneOf } from '../report/format.ts';
import { type Html, html } from '../report/markup.ts';
import type { StepText } from '../steps/kind.ts';
import { createTranslator, type Translate } from '../text/translate.ts';
import { type PlannedTimes, plannedTimes } from './schedule.ts';
import { printedLines } from './wrap.ts';

/** What is printed: a checklist resolved for one environment, and what its content is known by. */
export interface PrintedChecklist {
  readonly plan: Plan;
  /** The files that would be frozen at a run's start; the first is the checklist itself. */
  readonly files: readonly SealedFile[];
  /** The same as that of a run of these files. */
  readonly contentHash: string;
  readonly language: Language;
  readonly paper: PaperSize;
}

/** What every part of the printed checklist needs. */
export interface PrintContext extends PrintedChecklist {
  /** A sentence of the `evidence` area. */
  readonly say: Translate;
  /** A sentence of the `steps` area. */
  readonly step: StepText;
  /** Clock times are told in the window's own offset, else in UTC. */
  readonly zone: Zone;
  readonly times: PlannedTimes;
  /** Targets as people call them, in one line. */
  targets(names: readonly string[]): string;
}

/** Prepares the context. */
export function printContext(printed: PrintedChecklist): PrintContext {
  const translator = createTranslator(printed.language);
  const say: Translate = (key, params) => translator.t(`evidence:${key}`, { ...params });
  const { window } = printed.plan;
  return {
    ...printed,
    say,
    step: (key, params) => translator.t(`steps:${key}`, { ...params }),
    zone: zoneOf(window === null ? [] : [window.start, window.warn, window.backOutBy, window.end]),
    times: plannedTimes(printed.plan),
    targets: (names) => names.map((name) => (name === DESK ? say('print-desk') : name)).join(say('print-separator')),
  };
}

/** Exact words in lines of fixed width, each broken line marked. */
export function exactWords(text: string): Html {
  const lines = printedLines(text).map(
    ({ text: line, goesOn }, index) =>
      html`${index > 0 && '\n'}${goesOn ? html`<span class="on">${line}</span>` : line}`,
  );
  return html`<pre>${lines}</pre>`;
}

/** A box to be crossed by hand, with what a cross means. */
export function box(word: string): Html {
  return html`<span class="box"><span class="square" aria-hidden="true"></span>${word}</span>`;
}
