import type { Plan, PlanStep } from '../checklist/plan.ts';
import { duration } from '../report/format.ts';
import { type Html, html } from '../report/markup.ts';
import { wholeRollback } from '../run/rollback-plan.ts';
import { stepPart } from './html-step.ts';
import type { PrintContext } from './print-context.ts';

/** All steps in working order, by phase; what an atomic block holds stands in its frame. */
export function stepsPart(context: PrintContext): readonly Html[] {
  const { plan, say } = context;
  return plan.phases.flatMap((phase, index) => {
    const steps = plan.steps.filter((step) => step.phase === index);
    if (steps.length === 0) return [];
    const groups = byBlock(steps).map((group) => groupPart(context, group));
    return [
      html`<section class="phase"><h2>${index + 1} · ${phase.title} <span class="aside">${say(`print-phase-${phase.kind}`)}</span></h2>
${groups}</section>
`,
    ];
  });
}

/** The way back on pages of its own: everything that would be undone if everything had run, in the declared order. */
export function rollbackPart(context: PrintContext): Html {
  const { plan, say, targets } = context;
  const { steps, notUndone } = wholeRollback(plan);
  const beyond = plan.steps.filter(({ pointOfNoReturn }) => pointOfNoReturn !== null);
  const bare = plan.steps.flatMap((step) => {
    const left = notUndone.filter((ran) => ran.step === step.id).map(({ target }) => target);
    if (left.length === 0) return [];
    return [html`<li><span class="code">${step.code}</span> ${step.title} · ${targets(left)}</li>`];
  });
  return html`<section class="rollback"><h2>${say('print-rollback')}</h2>
<p>${say(steps.length === 0 ? 'print-rollback-none' : 'print-rollback-text')}</p>
${plan.rollback.order.length > 0 && html`<p>${say('print-rollback-order', { order: targets(plan.rollback.order) })}</p>`}
${beyond.map((step) => html`<p class="no-return"><strong>${say('print-rollback-not-after', { code: step.code })}</strong> ${step.title} · ${step.pointOfNoReturn}</p>`)}
${bare.length > 0 && html`<p>${say('print-rollback-bare')}</p><ul>${bare}</ul>`}
${steps.map((step) => stepPart(context, step))}</section>
`;
}

/** Lines to write on. */
export function notesPart({ say }: PrintContext): Html {
  const lines = Array.from({ length: 24 }, () => html`<li></li>`);
  return html`<section class="notes-page"><h2>${say('print-notes-page')}</h2><ul class="ruled" aria-hidden="true">${lines}</ul></section>
`;
}

interface Group {
  readonly block: number | null;
  readonly steps: readonly PlanStep[];
}

function byBlock(steps: readonly PlanStep[]): readonly Group[] {
  const groups: { block: number | null; steps: PlanStep[] }[] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (last !== undefined && last.block === step.block) last.steps.push(step);
    else groups.push({ block: step.block, steps: [step] });
  }
  return groups;
}

function groupPart(context: PrintContext, { block, steps }: Group): Html {
  const { plan, say } = context;
  const parts = steps.map((step) => stepPart(context, step));
  const found = block === null ? undefined : plan.blocks[block];
  if (found === undefined) return html`${parts}`;
  return html`<div class="block"><p class="block-title">${say('print-block', { title: found.title })}</p>
<p class="block-text">${blockWords(context, found)}</p>${parts}<p class="block-end">${say('print-block-end', { title: found.title })}</p></div>
`;
}

function blockWords({ say }: PrintContext, { worstCaseMs }: Plan['blocks'][number]): string {
  const worst = worstCaseMs === null ? '' : say('print-block-worst', { time: duration(worstCaseMs) });
  return `${worst} ${say('print-block-text')}`.trim();
}
