import type { PlanStep } from '../checklist/plan.ts';
import { DESK } from '../checklist/plan-lookup.ts';
import { clockTime, duration } from '../report/format.ts';
import { type Html, html } from '../report/markup.ts';
import { box, exactWords, type PrintContext } from './print-context.ts';
import { type PrintedAction, printedActions, printedProbes, type WordsLine } from './step-words.ts';

/** One step with room for everything that is to be written down about it. */
export function stepPart(context: PrintContext, step: PlanStep): Html {
  const { say, plan } = context;
  const undone = step.undoes.map((id) => plan.steps.find((one) => one.id === id)?.code ?? id);
  return html`<section class="step">
<div class="together"><h3><span class="code">${step.code}</span> ${undone.length > 0 ? say('print-undo', { title: step.title }) : step.title}</h3>
<p class="tags">${tags(context, step)}${undone.length > 0 && html`<span>${say('print-undoes', { codes: undone.join(say('print-separator')) })}</span>`}</p></div>
${step.pointOfNoReturn !== null && html`<p class="no-return"><strong>${say('print-no-return')}</strong> ${step.pointOfNoReturn}</p>`}
${step.notes !== null && html`<p class="notes">${step.notes}</p>`}
${printedActions(step, context.step).map((action) => actionPart(context, action))}
${probePart(context, step)}
<div class="answers">
${evidencePart(context, step)}
${targetsPart(context, step)}
${signPart(context, step)}
</div>
</section>
`;
}

function tags({ say, zone, times, plan }: PrintContext, step: PlanStep): Html {
  const start = times.starts.get(step.id);
  const before = times.starts.get(plan.steps[plan.steps.indexOf(step) - 1]?.id ?? '');
  // The same time as that of the step before says nothing: that one has no planned duration.
  const at = start === undefined || start === before ? null : new Date(start).toISOString();
  const batch = step.batch;
  return html`<span class="effect ${step.effect}">${say(`print-effect-${step.effect}`)}</span>
${step.origin !== 'written' && step.origin !== 'rollback' && html`<span class="tag">${say(`print-origin-${step.origin}`)}</span>`}
${batch !== null && html`<span class="tag">${say('print-batch', { index: batch.index, of: batch.of })}</span>`}
${step.plannedMs !== null && html`<span>${say('print-planned', { time: duration(step.plannedMs) })}</span>`}
${at !== null && html`<span>${say('print-earliest', { at: clockTime(at, plan.window?.start ?? at, zone).slice(0, -3) })}</span>`}`;
}

function actionPart(context: PrintContext, { targets, lines }: PrintedAction): Html {
  return html`<div class="action">${wherePart(context, targets)}${words(lines)}</div>`;
}

function wherePart({ say, targets }: PrintContext, names: readonly string[]): Html {
  const where = names[0] === DESK ? say('print-at-desk') : say('print-on', { targets: targets(names) });
  return html`<p class="where">${where}</p>`;
}

function words(lines: PrintedAction['lines']): Html {
  const items = gathered(lines).map(
    ({ line, exact }) => html`<li>${line !== '' && html`<p>${line}</p>`}${exact !== null && exactWords(exact)}</li>`,
  );
  return html`<ul>${items}</ul>`;
}

/** Short sentences that follow each other share a line: a step takes a third of a page instead of a half. */
function gathered(lines: PrintedAction['lines']): PrintedAction['lines'] {
  const rows: WordsLine[] = [];
  for (const { line, exact } of lines) {
    const last = rows.at(-1);
    const apart = last?.line.endsWith('。') ? '' : ' ';
    if (last?.exact === null && exact === null && last.line.length + line.length < SHORT)
      rows[rows.length - 1] = { line: `${last.line}${apart}${line}`, exact };
    else rows.push({ line, exact });
  }
  return rows;
}

/** Characters; in both languages they fit into one line of either paper. */
const SHORT = 48;

function probePart(context: PrintContext, step: PlanStep): Html | null {
  const probes = printedProbes(step, context.step);
  if (probes.length === 0) return null;
  const parts = probes.map(
    ({ targets, lines }) => html`${probes.length > 1 && wherePart(context, targets)}${words(lines)}`,
  );
  return html`<div class="action probe"><p class="where">${context.say('print-in-doubt')}</p>${parts}</div>`;
}

function evidencePart({ say, step: sentence }: PrintContext, { action }: PlanStep): Html | null {
  if (action.kind !== 'manual' || action.evidence.length === 0) return null;
  const fields = action.evidence.map(
    ({ label, type, options }) =>
      html`<tr><th>${label}</th><td>${type === 'choice' ? options.map((option) => box(option)) : html`<span class="hint">${sentence(`evidence-${type}`)}</span>`}</td></tr>`,
  );
  return html`<table class="fields"><caption>${say('print-evidence')}</caption><tbody>${fields}</tbody></table>`;
}

/** One line a target, two beside each other where there are many. */
function targetsPart({ say, plan, targets }: PrintContext, step: PlanStep): Html {
  const rows = step.targets.map((name) => {
    const host = plan.hosts.find((one) => one.name === name);
    const place = host === undefined ? null : placeOf(host);
    return html`<li><span class="target"><strong>${targets([name])}</strong>${place !== null && html` <span class="place">${place}</span>`}</span>
<span class="boxes">${box(say('print-done'))}${box(say('print-failed'))}<span class="clock">${say('print-at')}</span></span></li>`;
  });
  return html`<ul class="${step.targets.length > 1 ? 'targets two' : 'targets'}">${rows}</ul>`;
}

/** `deploy@10.0.0.5:2222`, as far as the checklist says it; the rest is ssh_config's. */
export function placeOf(host: PrintContext['plan']['hosts'][number]): string {
  const account = host.user === null ? '' : `${host.user}@`;
  return `${account}${host.address}${host.port === null ? '' : `:${host.port}`}`;
}

function signPart({ say }: PrintContext, step: PlanStep): Html {
  const checker = (mode: 'before' | 'after' | 'free') => html`<tr>${signCells(say, `print-checker-${mode}`)}</tr>`;
  const asked = step.countersign;
  return html`<table class="sign"><tbody>
${(asked === 'before' || asked === 'both') && checker('before')}
<tr>${signCells(say, 'print-operator')}</tr>
${(asked === 'after' || asked === 'both') && checker('after')}
${asked === 'none' && checker('free')}
</tbody></table>
<p class="room">${say('print-notes')}</p>`;
}

function signCells(say: PrintContext['say'], role: string): Html {
  return html`<th>${say(role)}</th><td>${say('print-name')}</td><td class="short">${say('print-time')}</td><td>${say('print-signature')}</td>`;
}
