import { type Quietness, quietness } from './collect-lockdown.ts';
import { duration } from './format.ts';
import { keyOf, type ReportContext } from './html-context.ts';
import { type Html, html } from './markup.ts';
import type { ReportLockdown, ReportModel } from './model.ts';

/** How the hot phases were worked: one line on the first page, and the section that tells it in full. */

/** The first page's row; left out where nobody was asked. Nothing is called quiet that was not read back. */
export function lockdownFacts(context: ReportContext): Html {
  const { model, say } = context;
  if (!model.lockdown.chosen) return html``;
  return html`<tr><th scope="row">${say('lockdownTitle')}</th><td>${lockdownWords(context)}</td></tr>\n`;
}

function lockdownWords(context: ReportContext): Html {
  const { model, say } = context;
  const { on, offReason, spans } = model.lockdown;
  if (!on) {
    const why = offReason === null ? '' : ` ${say('lockdownOffReason', { reason: offReason })}`;
    return model.production
      ? html`<strong>${say('lockdownOff')}</strong>${why}`
      : html`${say('lockdownOffCalm')}${why}`;
  }
  return html`${glassWords(context)}${spans.length === 0 ? say('lockdownNever') : spansWords(context, model.lockdown)}`;
}

function glassWords({ model, say }: ReportContext): Html {
  const broken = model.exceptions.filter(
    (one) => one.kind === 'glass' && (one.outcome === 'broken' || one.outcome === 'signed'),
  ).length;
  return html`${broken > 0 && html`<strong>${say('lockdownGlass', { count: broken })}</strong><br>`}`;
}

function spansWords({ say }: ReportContext, { spans, gaps }: ReportLockdown): Html {
  const lengths = spans.flatMap(({ from, until }) => (until === null ? [] : [Date.parse(until) - Date.parse(from)]));
  const time = duration(lengths.reduce((sum, ms) => sum + ms, 0));
  const words = [
    say('lockdownSpans', { count: spans.length, time }),
    ...(lengths.length < spans.length ? [say('lockdownOpenEnd')] : []),
    ...(gaps.length > 0 ? [say('lockdownGaps', { count: gaps.length })] : []),
  ];
  const quiet = worstOf(spans.map((span) => span.quiet));
  const told = say(`quietAll_${keyOf(quiet)}`);
  return html`${words.join(' · ')}<br>${quiet === 'verified' ? told : html`<strong>${told}</strong>`}`;
}

function worstOf(all: readonly Quietness[]): Quietness {
  return quietness[Math.max(0, ...all.map((one) => quietness.indexOf(one)))] ?? 'none';
}

/** The stretches, what kept notifications back, and what preflight had found. */
export function lockdownSection(context: ReportContext): Html {
  const { model, say } = context;
  const { chosen, spans, quiet, checks } = model.lockdown;
  if (!chosen && checks.length === 0) return html``;
  return html`<section>
<h2>${say('lockdownTitle')}</h2>
${chosen && html`<p>${lockdownWords(context)}</p>\n`}${spans.length > 0 && spansTable(context, spans)}${spans.length > 0 && quietPart(context, quiet)}${checks.length > 0 && checksTable(context, model.lockdown)}</section>
`;
}

function spansTable({ say, time }: ReportContext, spans: ReportLockdown['spans']): Html {
  return html`<table>
<thead><tr><th scope="col" class="tight">${say('lockedWhen')}</th><th scope="col" class="tight">${say('until')}</th><th scope="col">${say('lockEnd')}</th><th scope="col">${say('lockPlace')}</th><th scope="col">${say('quietColumn')}</th></tr></thead>
<tbody>
${spans.map(
  ({ from, until, sensed, end, quiet }) =>
    html`<tr><td class="tight">${time(from)}</td><td class="tight">${until === null ? '–' : time(until)}</td><td>${say(`lockEnd_${keyOf(end ?? 'none')}`)}</td><td>${heavy(sensed, say(sensed ? 'lockSensed' : 'lockNotSensed'))}</td><td>${heavy(quiet === 'verified', say(`quiet_${keyOf(quiet)}`))}</td></tr>\n`,
)}</tbody></table>
`;
}

/** What was verified is calm; everything else is heavy. */
function heavy(calm: boolean, words: string): Html {
  return calm ? html`${words}` : html`<strong>${words}</strong>`;
}

function quietPart(context: ReportContext, quiet: ReportLockdown['quiet']): Html {
  const { say } = context;
  if (quiet.length === 0) return html`<p><strong>${say('quietNothing')}</strong></p>\n`;
  return html`<h3>${say('quietTitle')}</h3>
<table>
<thead><tr><th scope="col" class="tight">${say('from')}</th><th scope="col" class="tight">${say('until')}</th><th scope="col">${say('quietProgram')}</th><th scope="col">${say('quietSaid')}</th><th scope="col" class="number">${say('quietWaiting')}</th><th scope="col">${say('quietPutBack')}</th></tr></thead>
<tbody>
${quiet.map((one) => quietRow(context, one))}</tbody></table>
`;
}

function quietRow({ say, time }: ReportContext, one: ReportLockdown['quiet'][number]): Html {
  const { from, until, adapter, daemon, verified, lost, waiting, restored } = one;
  const said = heavy(verified, say(verified ? 'quietSaidYes' : 'quietSaidNo'));
  const over = restored !== null;
  return html`<tr><td class="tight">${time(from)}</td><td class="tight">${until === null ? '–' : time(until)}</td><td>${daemon ?? adapter}${daemon !== null && daemon !== adapter && html` <span class="aside">(${adapter})</span>`}</td><td>${said}${lost > 0 && html`<br><strong>${say('quietLost', { count: lost })}</strong>`}</td><td class="number">${over ? (waiting ?? say('quietWaitingUnknown')) : '–'}</td><td>${over ? heavy(restored, say(restored ? 'quietPutBackYes' : 'quietPutBackNo')) : html`<strong>${say('quietStill')}</strong>`}</td></tr>\n`;
}

function checksTable(context: ReportContext, { checks, checkedAt }: ReportLockdown): Html {
  const { say, lock, time, moment } = context;
  return html`<h3>${say('checksTitle')}</h3>
<table>
${checkedAt !== null && html`<caption>${say('checksAt', { at: moment(checkedAt) })}</caption>\n`}<thead><tr><th scope="col" class="few">${say('preflightItem')}</th><th scope="col" class="tight">${say('result')}</th><th scope="col">${say('preflightFound')}</th><th scope="col">${say('preflightDecision')}</th></tr></thead>
<tbody>
${checks.map(
  ({ item, status, code, params, decision }) =>
    html`<tr><th scope="row" class="few">${lock(`item-${item}`)}</th><td class="tight">${heavy(status === 'ok' || status === 'later', say(`ck_${status}`))}</td><td>${lock(`check-${code}`, params)}</td><td>${decision === null ? '–' : html`${decision.reason}<br><span class="aside">${decision.by}, ${time(decision.at)}</span>`}</td></tr>\n`,
)}</tbody></table>
`;
}

/** Who let the operator out, with which key. */
export function glassSignaturesPart({ model, say, time }: ReportContext): Html {
  const { glassSignatures } = model.lockdown;
  if (glassSignatures.length === 0) return html``;
  return html`<h3>${say('glassSignaturesTitle')}</h3>
<ul class="signings">
${glassSignatures.map(
  ({ name, publicKey, at, statement, signature }) =>
    html`<li>✓ ${say('glassSigned', { name, at: time(at) })} · <span class="mono">${fingerprintOf(model, publicKey)}</span><br><span class="aside">${say('statementWord')} <span class="mono">${statement}</span> · ${say('signatureWord')} <span class="mono">${signature.slice(0, 16)}…</span></span></li>\n`,
)}</ul>
`;
}

function fingerprintOf(model: ReportModel, publicKey: string | null): string {
  return publicKey === null ? '?' : (model.fingerprints[publicKey] ?? publicKey);
}
