import type { ReportContext } from './html-context.ts';
import { type Html, html } from './markup.ts';
import type { CorrectedRecord, ReportModel, ReportNote } from './model.ts';

/** What named people said or corrected afterwards. What it speaks of stands in this report as it was recorded. */

/** All of them, in the order they were added. */
export function notesSection(context: ReportContext): Html {
  const { model, say } = context;
  if (model.notes.length === 0) return html``;
  return html`<section>
<h2>${say('notesTitle')}</h2>
<p class="aside">${say('notesExplained')}</p>
<table>
<thead><tr><th scope="col" class="tight">${say('time')}</th><th scope="col" class="few">${say('noteOf')}</th><th scope="col">${say('told')}</th><th scope="col" class="tight">${say('by')}</th></tr></thead>
<tbody>
${model.notes.map(
  (one) =>
    html`<tr><td class="tight">${context.moment(one.at)}</td><td>${noteSubject(context, one)}</td><td>${correction(context, one)}${one.text}</td><td class="tight">${one.by}</td></tr>\n`,
)}</tbody></table>
</section>
`;
}

/** Those that speak of a step, beside it; also when only the record they correct is about it. */
export function notesOfStep(context: ReportContext, step: string): readonly Html[] {
  const { say, moment } = context;
  return notesAbout(context.model, step).map(
    (one) =>
      html`<p class="note"><strong>${say(one.corrects === null ? 'noteWord' : 'correctionWord')}</strong> (${one.by}, ${moment(one.at)}${one.target !== null && ` · ${context.target(one.target)}`}): ${correction(context, one)}${one.text}</p>\n`,
  );
}

/** The notes and corrections that speak of a step. */
export function notesAbout({ notes }: ReportModel, step: string): readonly ReportNote[] {
  return notes.filter((one) => one.step === step || (one.step === null && one.corrects?.step === step));
}

function noteSubject(context: ReportContext, { step, target, corrects }: ReportNote): string {
  const place = placeWords(context, step ?? corrects?.step ?? null, target ?? corrects?.target ?? null);
  return place === '' ? context.say('wholeRun') : place;
}

/** `2.3 Stop tomcat · app1`, or nothing where it is about no step. */
export function placeWords({ model, target: name }: ReportContext, step: string | null, target: string | null): string {
  if (step === null) return '';
  const known = model.steps.find(({ id }) => id === step);
  const title = known === undefined ? step : `${known.code} ${known.title}`;
  return target === null ? title : `${title} · ${name(target)}`;
}

function correction(context: ReportContext, { corrects }: ReportNote): Html | null {
  if (corrects === null) return null;
  return html`<strong>${correctedWords(context, corrects)}</strong> `;
}

/** Which record is corrected: its number, what it is, when, and whose. */
export function correctedWords(context: ReportContext, { seq, type, at, by }: CorrectedRecord): string {
  return context.say('correctsRecord', { seq, type, at: context.moment(at), by });
}
