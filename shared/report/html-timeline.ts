import { duration } from './format.ts';
import type { ReportContext } from './html-context.ts';
import { type Html, html } from './markup.ts';
import { type Timeline, timelineOf } from './timeline.ts';
import { hostPictures, timelinePictures } from './timeline-svg.ts';

/** The time line: in words first, for those who cannot see the picture, then drawn. */
export function timelineSection(context: ReportContext): Html {
  const { say } = context;
  const timeline = timelineOf(context.model);
  if (timeline === null) return html``;
  const hosts = hostPictures(context, timeline);
  return html`<section>
<h2>${say('tl_heading')}</h2>
<p>${timelineWords(context, timeline).join(' ')}</p>
${legend(context, timeline)}
${timelinePictures(context, timeline)}${hosts.length > 0 && html`<h3>${say('tl_hosts')}</h3>\n<p class="aside together">${say('tl_hostsExplained')}</p>\n${hosts}`}</section>
`;
}

/** What the picture says, in sentences. */
function timelineWords({ model, say, moment }: ReportContext, timeline: Timeline): readonly string[] {
  const total = (pick: (step: (typeof model.steps)[number]) => number | null): number =>
    model.steps.reduce((sum, step) => sum + (pick(step) ?? 0), 0);
  const planned = total((step) => step.plannedMs);
  const rehearsed = total((step) => step.rehearsedMs);
  const held = timeline.moments.filter(({ kind }) => kind === 'held');
  const heldMs = held.reduce((sum, { from, until }) => sum + until - from, 0);
  const over = Date.parse(model.endedAt ?? model.journal.headAt);
  const latest = model.window?.backOutBy ?? null;
  const late = latest === null ? 0 : over - Date.parse(latest);
  const words = [
    planned > 0 ? say('tl_planned', { time: duration(planned) }) : null,
    rehearsed > 0 ? say('tl_rehearsed', { time: duration(rehearsed) }) : null,
    model.durationMs === null ? null : say('tl_took', { time: duration(model.durationMs) }),
    held.length > 0 ? say('tl_heldFor', { count: held.length, time: duration(heldMs) }) : null,
    latest === null ? null : say('tl_backOutBy', { at: moment(latest) }),
    latest === null || model.endedAt === null
      ? null
      : say(late > 0 ? 'tl_endedAfter' : 'tl_endedBefore', { time: duration(Math.abs(late)) }),
    timeline.rows.some(({ steps }) => steps > 1) ? say('tl_shared') : null,
  ];
  return words.filter((one) => one !== null);
}

/** Each shape of the picture with its word; only those that occur. */
function legend({ say }: ReportContext, { rows, warn, backOutBy, end }: Timeline): Html {
  const keys: readonly (readonly [boolean, string, Html])[] = [
    [
      rows.some(({ planned }) => planned !== null),
      say('planned'),
      html`<rect x="1" y="4" width="22" height="4.5" fill="#fff" stroke="#111" stroke-width=".8"/>`,
    ],
    [
      rows.some(({ rehearsed }) => rehearsed !== null),
      say('tl_rehearsedWord'),
      html`<rect x="1" y="5" width="22" height="3.5" fill="#aaa"/>`,
    ],
    [
      rows.some(({ actual }) => actual !== null),
      say('actual'),
      html`<rect x="1" y="4" width="22" height="5.5" fill="#111"/>`,
    ],
    [
      rows.some(({ backAt }) => backAt !== null),
      say('tl_backAt'),
      html`<path d="M1 7H22" stroke="#111" stroke-width=".7" stroke-dasharray="1.5 1.5"/><path d="M22 4v6" stroke="#111"/>`,
    ],
    [
      rows.some(({ paper }) => paper.length > 0),
      say('paperWord'),
      html`<rect x="9" y="2" width="7" height="8.5" fill="#fff" stroke="#111"/><path d="M10.7 5h3.6m-3.6 2.5h3.6" stroke="#111" stroke-width=".7"/>`,
    ],
    [warn !== null, say('tl_warn'), html`<path d="M12 0V13" stroke="#111" stroke-width=".8" stroke-dasharray="1 4"/>`],
    [
      backOutBy !== null,
      say('tl_latest'),
      html`<path d="M12 0V13" stroke="#111" stroke-width="1.3" stroke-dasharray="6 3"/>`,
    ],
    [end !== null, say('tl_end'), html`<path d="M12 0V13" stroke="#111" stroke-dasharray="2 2"/>`],
  ];
  return html`<p class="legend">${keys
    .filter(([occurs]) => occurs)
    .map(
      ([, word, shape]) =>
        html`<span class="key"><svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true" viewBox="0 0 24 13" width="24" height="13">${shape}</svg> ${word}</span> `,
    )}</p>`;
}
