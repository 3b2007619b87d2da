import { secretVariable } from '../checklist/quote.ts';
import { dateTime, duration } from '../report/format.ts';
import { type Html, html } from '../report/markup.ts';
import { placeOf } from './html-step.ts';
import type { PrintContext } from './print-context.ts';

/** The first page: what, where, when, by whom, on which hosts, made from which files, and how to read the rest. */
export function frontPart(context: PrintContext): Html {
  const { plan, say } = context;
  return html`<section class="front">
<p class="kind">${say('print-title')}</p>
<h1>${plan.title}</h1>
<p class="${plan.production ? 'environment production' : 'environment'}">${plan.environment}</p>
${plan.production && html`<p class="production-word">${say('print-production')}</p>`}
<table class="facts"><tbody>${facts(context)}</tbody></table>
${peoplePart(context)}
${phasesPart(context)}
${hostsPart(context)}
${secretsPart(context)}
${omittedPart(context)}
${filesPart(context)}
${readingPart(context)}
</section>
`;
}

function facts({ plan, say, zone, times, targets }: PrintContext): readonly Html[] {
  const fact = (key: string, value: Html | string | null) =>
    value === null || value === '' ? [] : [html`<tr><th>${say(key)}</th><td>${value}</td></tr>`];
  const at = (key: string, instant: string | null | undefined) =>
    instant == null ? [] : [say(key, { at: dateTime(instant, zone).slice(0, -3) })];
  const { window } = plan;
  const steps = plan.steps.length;
  const hosts = plan.hosts.length;
  return [
    ...fact('print-version', plan.version),
    ...fact('print-kind', say(`print-kind-${plan.releaseKind}`)),
    ...fact(
      'print-window',
      window === null
        ? say('print-no-window')
        : [
            ...at('print-window-start', window.start),
            ...at('print-window-warn', window.warn),
            ...at('print-window-back-out', window.backOutBy),
            ...at('print-window-end', window.end),
            zone.label,
          ].join(' · '),
    ),
    ...fact('print-size', say('print-size-words', { steps, hosts })),
    ...fact('print-total', times.totalMs === null ? null : duration(times.totalMs)),
    ...fact(
      'print-points',
      plan.steps.flatMap((step) => (step.pointOfNoReturn === null ? [] : [step.code])).join(', '),
    ),
    ...fact('print-order', targets(plan.rollback.order)),
  ];
}

function peoplePart({ say }: PrintContext): Html {
  const row = (role: string) =>
    html`<tr><th>${say(role)}</th><td>${say('print-name')}</td><td>${say('print-signature')}</td><td>${say('print-initials')}</td></tr>`;
  return html`<table class="sign people"><tbody>${row('print-operator')}${row('print-checker')}</tbody></table>`;
}

function phasesPart({ plan, say }: PrintContext): Html {
  const rows = plan.phases.flatMap((phase, index) => {
    const steps = plan.steps.filter((step) => step.phase === index);
    const [first, last] = [steps[0], steps.at(-1)];
    if (first === undefined || last === undefined) return [];
    const planned = steps.reduce((sum, { plannedMs }) => sum + (plannedMs ?? 0), 0);
    return [
      html`<tr><td>${phase.title}</td><td>${say(`print-phase-${phase.kind}`)}</td><td>${first === last ? first.code : `${first.code} – ${last.code}`}</td><td>${planned === 0 ? '' : duration(planned)}</td></tr>`,
    ];
  });
  return html`<h2>${say('print-phases')}</h2><table><tbody>${rows}</tbody></table>`;
}

function hostsPart({ plan, say }: PrintContext): Html | null {
  if (plan.hosts.length === 0) return null;
  const rows = plan.hosts.map((host) => {
    const proved = [host.identity?.hostname, host.identity?.file?.path].filter((one) => one != null);
    const beyond = [
      ...(host.jump === null ? [] : [say('print-jump', { jump: host.jump })]),
      ...(proved.length === 0 ? [] : [say('print-proved', { by: proved.join(', ') })]),
    ];
    return html`<tr><td>${host.name}</td><td class="mono">${placeOf(host)}</td><td>${host.groups.join(', ')}</td><td>${beyond.join('; ')}</td></tr>`;
  });
  return html`<h2>${say('print-hosts')}</h2><table><thead><tr><th>${say('print-host')}</th><th>${say('print-account')}</th><th>${say('print-groups')}</th><th></th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** Names only: a value has never been anywhere near this page. */
function secretsPart({ plan, say }: PrintContext): Html | null {
  if (plan.secrets.length === 0) return null;
  const rows = plan.secrets.map(
    ({ name, prompt }) =>
      html`<tr><td>${name}</td><td class="mono">$${secretVariable(name)}</td><td>${prompt}</td></tr>`,
  );
  return html`<h2>${say('print-secrets')}</h2><p>${say('print-secrets-text')}</p><table><tbody>${rows}</tbody></table>`;
}

function omittedPart({ plan, say }: PrintContext): Html | null {
  if (plan.omitted.length === 0) return null;
  const rows = plan.omitted.map(({ title, id, because }) => html`<tr><td>${title || id}</td><td>${because}</td></tr>`);
  return html`<h2>${say('print-omitted')}</h2><table><tbody>${rows}</tbody></table>`;
}

function filesPart({ files, say }: PrintContext): Html {
  const rows = files.map(({ path, sha256 }) => html`<tr><td>${path}</td><td class="mono small">${sha256}</td></tr>`);
  return html`<h2>${say('print-files')}</h2><p>${say('print-files-text')}</p><table><tbody>${rows}</tbody></table>`;
}

function readingPart({ say }: PrintContext): Html {
  const lines = ['wrap', 'signs', 'write', 'block', 'in-doubt', 'paper'] as const;
  return html`<div class="reading"><h2>${say('print-reading')}</h2><ul>${lines.map((key) => html`<li>${say(`print-reading-${key}`)}</li>`)}</ul></div>`;
}
