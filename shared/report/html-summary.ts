import { assertNever } from '../assert-never.ts';
import type { ReleaseKind } from '../checklist/plan.ts';
import type { FiledAnalysis } from '../run/state.ts';
import { deviationCounts } from './deviations.ts';
import { byteCount, duration } from './format.ts';
import { keyOf, type ReportContext, state } from './html-context.ts';
import { lockdownFacts } from './html-lockdown.ts';
import { alarmsPart, signatureFacts } from './html-people.ts';
import {
  type GapGroup,
  gapsHappened,
  holdReason,
  holdTimes,
  lockdownHappened,
  withGapsGrouped,
} from './lockdown-words.ts';
import { type Html, html } from './markup.ts';
import { openSteps, type ReportException, type ReportModel, type ReportStep } from './model.ts';
import { standsOnPaper } from './paper-words.ts';
import { peopleHappened } from './people-words.ts';

/** The first page: what, where, when, who, the result in one sentence. */
export function summarySection(context: ReportContext): Html {
  const { model, say } = context;
  const deviations = deviationCounts(context);
  return html`<header>
<h1>${model.title}</h1>
<p class="aside">${say('title')} · <span class="${model.production ? 'environment production' : 'environment'}">${model.environment}</span>${model.production && html` (${say('productionWord')})`}</p>
</header>
<p class="result">${resultSentence(context)}${deviations !== null && html`<br><span class="deviations">${deviations}</span>`}</p>
${alarmsPart(context)}<table class="facts"><tbody>
${fact(say('what'), what(context, model.releaseKind))}
${fact(say('where'), where(context))}
${fact(say('when'), html`${when(context)} <span class="aside">· ${say('timesIn', { zone: context.zone.label })}</span>`)}
${model.window !== null && fact(say('window'), windowWords(context))}
${model.production && fact(say('rehearsal'), rehearsalWords(context))}
${fact(say('who'), model.people.map(({ name }) => name).join(', ') || say('nobody'))}
${signatureFacts(context)}${lockdownFacts(context)}${fact(say('runId'), html`<span class="mono">${model.runId}</span>${model.mode === 'headless' && html` <span class="aside">· ${say('headless')}</span>`}`)}
${fact(say('head'), html`<span class="mono">${model.journal.head}</span>`)}
</tbody></table>
`;
}

function rehearsalWords({ model, say, moment }: ReportContext): string {
  const { rehearsal } = model;
  if (rehearsal === null) return say('notRehearsed');
  const { environment, runId, endedAt, changed } = rehearsal;
  const params = { environment, runId, at: moment(endedAt), changed: changed.join(', ') };
  return say(rehearsal.sameContent ? 'rehearsedSame' : 'rehearsedOther', params);
}

/** What people found out after a rollback, the newest word first; the next production run waits for it. */
export function analysisSection(context: ReportContext): Html {
  const { model, say } = context;
  const { analysis, earlierAnalyses, result } = model;
  if (analysis === null && result !== 'rolled-back') return html``;
  return html`<section>
<h2>${say('analysis')}</h2>
${analysis === null ? html`<p><strong>${say('analysisMissing')}</strong></p>` : analysisTable(context, analysis)}
${earlierAnalyses.length > 0 && html`<p class="target">${say('analysisEarlier', { count: earlierAnalyses.length })}</p>`}
${earlierAnalyses.toReversed().map((one) => analysisTable(context, one))}</section>
`;
}

function analysisTable(context: ReportContext, analysis: FiledAnalysis): Html {
  return html`<table class="facts"><tbody>
${analysisFacts(context, analysis).map(([name, value]) => fact(name, value))}</tbody></table>
`;
}

/** One analysis as names and values. */
export function analysisFacts(
  { say, moment }: ReportContext,
  { what: happening, cause, fix, confirmedBy, by, at }: FiledAnalysis,
): readonly (readonly [string, string])[] {
  return [
    [say('analysisFiled'), `${by}, ${moment(at)}`],
    [say('analysisWhat'), happening],
    [say('analysisCause'), cause],
    [say('analysisFix'), fix],
    [say('analysisConfirmed'), confirmedBy],
  ];
}

function fact(name: string, value: Html | string): Html {
  return html`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`;
}

function what({ model, say }: ReportContext, kind: ReleaseKind): string {
  const version = model.version === null ? [] : [`${say('version')} ${model.version}`];
  return [model.title, ...version, say(`kind_${kind}`)].join(' · ');
}

/** The environment and its hosts. */
export function where({ model, say }: ReportContext): string {
  const names = model.hosts.map((host) => host.name);
  const few = names.length <= 12 ? names : [...names.slice(0, 12), say('andMore', { count: names.length - 12 })];
  const hosts = names.length === 0 ? say('noHosts') : `${say('hosts', { count: names.length })} (${few.join(', ')})`;
  return `${model.environment} · ${hosts}`;
}

/** From when to when. */
export function when({ model, say, moment }: ReportContext): string {
  if (model.startedAt === null) return moment(model.createdAt);
  if (model.endedAt === null) return say('fromOn', { from: moment(model.startedAt) });
  const time = duration(model.durationMs ?? 0);
  return say('fromTo', { from: moment(model.startedAt), to: moment(model.endedAt), time });
}

/** The release window's instants. */
export function windowWords({ model, say, moment }: ReportContext): string {
  const { window } = model;
  if (window === null) return '';
  const words = [
    window.start === null ? null : say('windowStart', { at: moment(window.start) }),
    window.warn === null ? null : say('windowWarn', { at: moment(window.warn) }),
    window.backOutBy === null ? null : say('windowBackOut', { at: moment(window.backOutBy) }),
    window.end === null ? null : say('windowEnd', { at: moment(window.end) }),
  ];
  return words.filter((word) => word !== null).join(' · ');
}

/** The result in one sentence, from what was recorded and nothing else. */
export function resultSentence({ model, say, moment }: ReportContext): string {
  const steps = model.steps.length;
  const passed = model.counts.passed;
  const time = duration(model.durationMs ?? 0);
  switch (model.result) {
    case 'completed':
      if (model.exceptions.length === 0) return say('resultCompleted', { count: steps, time });
      return say('resultCompletedDeviating', { steps, time });
    case 'completed-except':
      return say('resultCompletedExcept', { steps, passed, open: steps - passed, time });
    case 'rolled-back':
      return say('resultRolledBack', { steps, passed, time });
    case 'abandoned':
      return say('resultAbandoned', { steps, passed, time, reason: model.endReason ?? '–' });
    case null:
      return unfinishedSentence(model, say, moment);
    default:
      return assertNever(model.result);
  }
}

function unfinishedSentence(model: ReportModel, say: ReportContext['say'], moment: ReportContext['moment']): string {
  if (model.startedAt === null) return say('resultNotStarted');
  const at = moment(model.journal.headAt);
  const steps = model.steps.length;
  const open = openSteps(model)[0];
  if (open === undefined) return say('resultUnfinishedAll', { at, steps });
  return say('resultUnfinished', { at, steps, passed: model.counts.passed, step: `${open.code} ${open.title}` });
}

/** Everything that did not go as planned, before anything that did. */
export function exceptionsSection(context: ReportContext): Html {
  const { model, say } = context;
  const open = model.startedAt === null ? [] : openSteps(model);
  const none = say(model.status === 'ended' ? 'noExceptions' : 'noExceptionsUnfinished');
  return html`<section>
<h2>${say('exceptions')}</h2>
${model.exceptions.length === 0 && open.length === 0 && html`<p>${none}</p>`}
${open.length > 0 && html`<p><strong>${openSentence(context, open)}</strong></p>`}
${model.exceptions.length > 0 && exceptionsTable(context)}
</section>
`;
}

/** A few steps with their titles, many by their codes: the overview has the rest. */
function openSentence({ say }: ReportContext, open: readonly ReportStep[]): string {
  const named = open.length <= 5 ? open.map((step) => `${step.code} ${step.title}`) : open.map((step) => step.code);
  const steps = named.length <= 40 ? named : [...named.slice(0, 40), say('andMore', { count: named.length - 40 })];
  return say('openSteps', { count: open.length, steps: steps.join(open.length <= 5 ? '; ' : ', ') });
}

function exceptionsTable(context: ReportContext): Html {
  const { model, say } = context;
  const steps = new Map(model.steps.map((step) => [step.id, step]));
  return html`<table>
<thead><tr><th scope="col" class="tight">${say('time')}</th><th scope="col" class="few">${say('step')}</th><th scope="col">${say('happened')}</th><th scope="col" class="tight">${say('by')}</th></tr></thead>
<tbody>
${withGapsGrouped(model.exceptions).map(
  (one) =>
    html`<tr><td class="tight">${context.time(one.at)}</td><td>${placeOf(context, one, steps)}</td><td>${happened(context, one)}</td><td class="tight">${one.by}</td></tr>\n`,
)}</tbody></table>`;
}

/** The step and target that a deviation is about, or a dash. */
export function placeOf(
  context: ReportContext,
  one: ReportException | GapGroup,
  steps: ReadonlyMap<string, ReportStep>,
): string {
  if (!('step' in one)) return '–';
  const step = steps.get(one.step);
  const place = step === undefined ? one.step : `${step.code} ${step.title}`;
  return 'target' in one ? `${place} · ${context.target(one.target)}` : place;
}

/** One deviation in words. */
export function happened(context: ReportContext, one: ReportException | GapGroup): string {
  const { say } = context;
  switch (one.kind) {
    case 'decided': {
      const owner = one.owner === null ? '' : ` · ${say('x_owner', { owner: one.owner })}`;
      const due = one.due === null ? '' : ` · ${say('x_due', { due: one.due })}`;
      const key = one.decision === 'failed' ? 'declared_failed' : keyOf(one.decision);
      return say(`x_${key}`, { reason: one.reason }) + owner + due;
    }
    case 'attempt': {
      const why = one.failure === null ? '' : ` ${context.failure(one.failure)}`;
      return say(`x_${one.verdict}`, { number: one.number }) + why;
    }
    case 'retried':
      if (one.reason === null) return say('x_retried', { number: one.number });
      return say('x_retriedReason', { number: one.number, reason: one.reason });
    case 'paper': {
      const checked = one.checkedBy === null ? say('paperNotChecked') : say('paperChecked', { by: one.checkedBy });
      const done = say('paperDone', { at: context.moment(one.doneAt), by: one.doneBy });
      return `${say('x_paper', { verdict: say(`s_${one.verdict}`) })} ${done} ${checked}`;
    }
    case 'probed':
      return say(`x_probe_${keyOf(one.says)}`);
    case 'judged':
      return say(`x_judged_${one.judgement}`, { finding: one.finding, reason: one.reason });
    case 'refused-approval':
      return say('x_approvalRefused', { person: one.person, role: one.role, reason: one.reason });
    case 'rollback': {
      const until = one.until === null ? '' : ` ${say('x_rollbackUntil', { until: context.time(one.until) })}`;
      return say(`x_rollback_${one.scope}`, { reason: one.reason }) + until;
    }
    case 'redline':
      return say(one.gone ? 'x_redlineGone' : 'x_redline', { path: one.path });
    case 'wrong-host':
      return say('x_wrongHost', { host: one.host, what: one.what });
    case 'held': {
      const why = say(`x_held_${keyOf(one.cause)}`, { reason: holdReason(context, one) });
      const until = one.until === null ? '' : ` · ${say('x_until', { until: context.time(one.until) })}`;
      return why + until + holdTimes(context, one);
    }
    case 'host-lost':
    case 'host-failed':
      return `${one.host}: ${context.failure(one.failure)}`;
    case 'host-key-accepted':
      return say('x_keyAccepted', { host: one.host, fingerprint: one.fingerprint });
    case 'journal-repaired':
      return say('x_repaired', { bytes: byteCount(one.bytes), path: one.path });
    case 'session-interrupted':
      return say('x_interrupted', { machine: one.machine });
    case 'gaps':
      return gapsHappened(context, one);
    case 'lockdown-off':
    case 'check-decided':
    case 'lock-not-sensed':
    case 'locked-without-quiet':
    case 'notifications-not-verified':
    case 'notifications-not-restored':
    case 'lockdown-gap':
    case 'died-while-locked':
    case 'ways-out-refused':
    case 'glass':
      return lockdownHappened(context, one);
    default:
      return peopleHappened(context, one);
  }
}

/** One line a step, so that 500 steps are still a few pages. */
export function overviewSection(context: ReportContext): Html {
  const { model, say } = context;
  const planned = model.steps.reduce((sum, step) => sum + (step.plannedMs ?? 0), 0);
  const rehearsed = model.steps.reduce((sum, step) => sum + (step.rehearsedMs ?? 0), 0);
  const actual = model.steps.reduce((sum, step) => sum + (step.actualMs ?? 0), 0);
  return html`<section>
<h2>${say('overview')}</h2>
<p class="aside">${say('actualExplained')}${context.brief && ` ${say('briefExplained')}`}</p>
<table>
<thead><tr><th scope="col" class="tight">${say('code')}</th><th scope="col">${say('step')}</th><th scope="col">${say('on')}</th><th scope="col" class="number">${say('planned')}</th>${rehearsed > 0 && html`<th scope="col" class="number">${say('tl_rehearsedWord')}</th>`}<th scope="col" class="number">${say('actual')}</th><th scope="col" class="tight">${say('result')}</th></tr></thead>
${model.phases.map(
  (phase, index) => html`<tbody>
<tr class="group"><th scope="rowgroup" colspan="${rehearsed > 0 ? 7 : 6}">${phaseTitle(context, index, phase)}</th></tr>
${model.steps.filter((step) => step.phase === index).map((step) => overviewRow(context, step, rehearsed > 0))}</tbody>
`,
)}<tbody><tr class="sum"><th scope="row" colspan="3">${say('total')}</th><td class="number">${planned > 0 && duration(planned)}</td>${rehearsed > 0 && html`<td class="number">${duration(rehearsed)}</td>`}<td class="number">${duration(actual)}</td><td></td></tr></tbody>
</table>
</section>
`;
}

/** `Phase 2 (hot): Release` */
export function phaseTitle({ say }: ReportContext, index: number, phase: ReportModel['phases'][number]): string {
  return say('phase', { number: index + 1, kind: say(`p_${keyOf(phase.kind)}`), title: phase.title });
}

function overviewRow(context: ReportContext, step: ReportStep, rehearsed: boolean): Html {
  const several = step.targets.length > 1;
  const names = step.targets.slice(0, 6).map(({ target }) => context.target(target));
  const on = [...names, ...(step.targets.length > 6 ? [`… (${step.targets.length})`] : [])].join(', ');
  const part = several && step.passed > 0 && step.passed < step.targets.length;
  return html`<tr><td class="tight">${step.code}</td><td>${step.title}</td><td>${on}</td><td class="number">${step.plannedMs === null ? '–' : duration(step.plannedMs)}</td>${rehearsed && html`<td class="number">${step.rehearsedMs === null ? '–' : duration(step.rehearsedMs)}</td>`}<td class="number">${step.actualMs === null ? '–' : duration(step.actualMs)}</td><td class="tight">${state(context, step.status)}${step.targets.some(standsOnPaper) && html`<br><strong>${context.say('paperWord')}</strong>`}${part && html`<br>${context.say('passedOf', { passed: step.passed, targets: step.targets.length })}`}</td></tr>\n`;
}
