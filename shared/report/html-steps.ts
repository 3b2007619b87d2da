import type { EvidenceValue } from '../contract/events.ts';
import { byteCount, duration } from './format.ts';
import { checksTable } from './html-checks.ts';
import { keyOf, type ReportContext, state } from './html-context.ts';
import { notesAbout, notesOfStep } from './html-notes.ts';
import { outputs, sealWords } from './html-outputs.ts';
import { signingsPart } from './html-people.ts';
import { resultsPart } from './html-results.ts';
import { phaseTitle } from './html-summary.ts';
import { type Html, html } from './markup.ts';
import type { ReportAttempt, ReportModel, ReportStep, ReportTarget } from './model.ts';
import { paperWords, standsOnPaper } from './paper-words.ts';

/** Every step that anything happened to, phase by phase; the others are only named. */
export function stepsSections(context: ReportContext): Html {
  const { model } = context;
  return html`${model.phases.map((phase, index) => {
    const steps = model.steps.filter((step) => step.phase === index);
    const untouched = steps.filter((step) => !wasTouched(model, step));
    return html`<section>
<h2>${phaseTitle(context, index, phase)}</h2>
${steps.filter((step) => wasTouched(model, step)).map((step) => stepArticle(context, step))}${untouched.length > 0 && notReached(context, untouched)}</section>
`;
  })}`;
}

function wasTouched(model: ReportModel, step: ReportStep): boolean {
  return (
    step.enteredAt !== null ||
    step.signings.length > 0 ||
    notesAbout(model, step.id).length > 0 ||
    step.targets.some((one) => one.attempts.length > 0 || one.decisions.length > 0)
  );
}

function notReached({ say }: ReportContext, steps: readonly ReportStep[]): Html {
  const names = steps.map((step) => `${step.code} ${step.title}`).join('; ');
  return html`<p class="aside">${say('notReached', { count: steps.length, steps: names })}</p>\n`;
}

function stepArticle(context: ReportContext, step: ReportStep): Html {
  const { say } = context;
  const commands = commandsOf(step);
  return html`<article>
<div class="together">
<h3>${step.code} ${step.title}</h3>
<p>${state(context, step.status)}${step.targets.some(standsOnPaper) && html` <strong class="mark">${say('paperWord')}</strong>`} <span class="aside">· ${stepFacts(context, step).join(' · ')}</span></p>
${step.countersignature === 'pending' && html`<p><strong>${say('countersignPending')}</strong></p>`}
${step.pointOfNoReturn !== null && html`<p><strong>${say('pointOfNoReturn')}</strong>: ${step.pointOfNoReturn}${step.noReturn !== null && html` · ${say('noReturnAccepted', { by: step.noReturn.by, at: context.time(step.noReturn.at), reason: step.noReturn.reason })}`}</p>`}
${notesOfStep(context, step.id)}${signingsPart(context, step)}${commands.map(({ targets, command }) => html`<figure><pre class="command">${command}</pre>${commands.length > 1 && html`<figcaption>${say('commandOn', { target: targets.join(', ') })}</figcaption>`}</figure>\n`)}
</div>
${isCalm(context, step) ? html`${calmAttempts(context, step)}${resultsPart(context, step)}` : wholeStory(context, step)}
</article>
`;
}

function wholeStory(context: ReportContext, step: ReportStep): Html {
  return html`${step.targets.some(({ attempts }) => attempts.length > 0) && attemptsTable(context, step)}
${step.targets.map((target) => targetDetails(context, step, target))}
${resultsPart(context, step)}
${checksTable(context, step)}
${outputs(context, step)}`;
}

/** In a long run a step that passed at once everywhere, and of which nobody had to say anything, is told in lines. */
function isCalm({ brief }: ReportContext, step: ReportStep): boolean {
  return (
    brief &&
    step.targets.every(({ status, attempts, decisions, approvals, undone }) => {
      const [only, second] = attempts;
      if (only === undefined || second !== undefined || status !== 'passed' || undone !== null) return false;
      if (decisions.length > 0 || approvals.length > 0) return false;
      return only.verdict === 'passed' && only.paper === null && only.findings.length === 0 && isMute(only);
    })
  );
}

const isMute = ({ choice, text, note, evidence: given, failure, undone, checks }: ReportAttempt): boolean =>
  choice === null &&
  text === null &&
  (note ?? '') === '' &&
  Object.keys(given).length === 0 &&
  failure === null &&
  !undone &&
  checks.every(({ holds }) => holds === true);

function calmAttempts(context: ReportContext, step: ReportStep): Html {
  const { say, time } = context;
  const lines = step.targets.flatMap(({ target, attempts }) =>
    attempts.map((attempt) => {
      const { account, startedAt, durationMs, exit, actor, checks, recording } = attempt;
      const facts = [
        time(startedAt),
        durationMs === null ? null : duration(durationMs),
        exit === null ? null : `${say('exit')} ${exitWords(context, attempt)}`,
        actor,
        checks.length === 0 ? null : say('checksHeld', { count: checks.length }),
      ].filter((fact) => fact !== null);
      const name = account === null ? context.target(target) : `${account}@${target}`;
      return html`<li><strong>${name}</strong> ${facts.join(' · ')}${recording !== null && html`<br><span class="mono">${sealWords(context, recording)}</span>`}</li>\n`;
    }),
  );
  return html`<ul class="seals">\n${lines}</ul>\n`;
}

function stepFacts({ model, say, time }: ReportContext, step: ReportStep): readonly string[] {
  const block = step.block === null ? null : model.blocks[step.block];
  const facts = [
    say(`k_${step.kind}`),
    step.kind === 'manual' ? null : say(`e_${step.effect}`),
    block === null || block === undefined ? null : say('block', { title: block.title }),
    step.batch === null ? null : say('batch', { ...step.batch }),
    step.origin === 'written' ? null : say(`o_${step.origin}`),
    step.enteredAt === null ? null : say('enteredAt', { at: time(step.enteredAt) }),
    step.plannedMs === null ? null : say('plannedTime', { time: duration(step.plannedMs) }),
    step.actualMs === null ? null : say('actualTime', { time: duration(step.actualMs) }),
  ];
  return facts.filter((fact) => fact !== null);
}

interface SharedCommand {
  readonly targets: readonly string[];
  readonly command: string;
}

/** Each different command once, with the targets it was for. Probes are told in their own row. */
function commandsOf(step: ReportStep): readonly SharedCommand[] {
  const found = new Map<string, Set<string>>();
  for (const { target, attempts } of step.targets) {
    for (const { command, purpose } of attempts) {
      if (command === null || purpose === 'probe') continue;
      found.set(command, (found.get(command) ?? new Set()).add(target));
    }
  }
  return [...found].map(([command, targets]) => ({ command, targets: [...targets] }));
}

function attemptsTable(context: ReportContext, step: ReportStep): Html {
  const { say } = context;
  const remote = step.kind !== 'manual';
  return html`<table>
<thead><tr><th scope="col" class="few">${say('host')}</th><th scope="col" class="tight">${say('attempt')}</th><th scope="col" class="tight">${say('started')}</th><th scope="col" class="number">${say('took')}</th>${remote && html`<th scope="col" class="tight">${say('exit')}</th>`}<th scope="col" class="tight">${say('by')}</th><th scope="col">${say('verdict')}</th></tr></thead>
<tbody>
${step.targets.map(({ target, attempts }) => attempts.map((attempt) => attemptRow(context, target, attempt, remote)))}</tbody></table>
`;
}

function attemptRow(context: ReportContext, target: string, attempt: ReportAttempt, remote: boolean): Html {
  const { say } = context;
  const name = attempt.account === null ? context.target(target) : `${attempt.account}@${target}`;
  const number = attempt.purpose === 'probe' ? say('probe') : attempt.number;
  const started = attempt.paper?.doneAt ?? attempt.startedAt;
  return html`<tr><th scope="row">${name}</th><td class="tight">${number}</td><td class="tight">${context.time(started)}</td><td class="number">${attempt.durationMs === null ? '–' : duration(attempt.durationMs)}</td>${remote && html`<td class="tight">${exitWords(context, attempt)}</td>`}<td class="tight">${attempt.actor}</td><td>${verdictWords(context, attempt)}</td></tr>\n`;
}

function exitWords({ say }: ReportContext, { exit }: ReportAttempt): string {
  if (exit === null) return '–';
  return exit.signal === null
    ? say('exitCode', { code: exit.code ?? '–' })
    : say('exitSignal', { signal: exit.signal });
}

function verdictWords(context: ReportContext, attempt: ReportAttempt): Html {
  const { say } = context;
  const paper = paperWords(context, attempt);
  const verdict =
    attempt.probeSays === null
      ? state(context, attempt.verdict ?? 'running')
      : html`<span class="state">${say(`probeSays_${keyOf(attempt.probeSays)}`)}</span>`;
  return html`${verdict}${paper !== null && html` <strong class="mark">${say('paperWord')}</strong><br>${paper}`}${attempt.cancelRequested && html` · ${say('cancelled')}`}${attempt.failure !== null && html`<br>${context.failure(attempt.failure)}`}`;
}

function targetDetails(context: ReportContext, step: ReportStep, target: ReportTarget): Html {
  const { say } = context;
  const several = step.targets.length > 1;
  const details = [
    ...target.approvals.map(
      ({ role, person, answer, reason, at }) =>
        html`<li>${say(`approval_${answer}`, { role, person, at: context.time(at) })}: ${reason}</li>\n`,
    ),
    ...findingDetails(context, target),
    ...(target.undone === null
      ? []
      : [html`<li><strong>${say('undone', { at: context.time(target.undone.at) })}</strong></li>\n`]),
    ...target.attempts.map((attempt) => attemptDetails(context, step, attempt)),
    ...target.decisions.map(
      ({ decision, reason, owner, due, by, at }) =>
        html`<li><strong>${say(`d_${keyOf(decision)}`)}</strong> (${by}, ${context.time(at)}): ${reason}${owner !== null && html` · ${say('x_owner', { owner })}`}${due !== null && html` · ${say('x_due', { due })}`}</li>\n`,
    ),
  ];
  const lines = details.flat();
  if (lines.length === 0) return html``;
  return html`${several && html`<p class="target">${context.target(target.target)}</p>\n`}<ul>\n${lines}</ul>\n`;
}

function attemptDetails(context: ReportContext, step: ReportStep, attempt: ReportAttempt): readonly Html[] {
  const { say } = context;
  const lines: Html[] = [];
  if (attempt.undone) lines.push(html`<li><strong>${say('attemptUndone', { number: attempt.number })}</strong></li>\n`);
  if (attempt.choice !== null) lines.push(html`<li>${say('choice', { choice: attempt.choice })}</li>\n`);
  if (attempt.text !== null) lines.push(html`<li>${say('sentText')}: ${attempt.text}</li>\n`);
  if (attempt.reason !== null) lines.push(html`<li>${say('retryReason')}: ${attempt.reason}</li>\n`);
  for (const [name, value] of Object.entries(attempt.evidence)) {
    const label = step.evidenceFields.find((field) => field.name === name)?.label || name;
    lines.push(html`<li>${label}: ${evidence(context, value)}</li>\n`);
  }
  if (attempt.note !== null && attempt.note !== '') lines.push(html`<li>${say('note')}: ${attempt.note}</li>\n`);
  return lines;
}

/** What a person had to judge, each with the judgement or the word that there is none. */
function findingDetails(context: ReportContext, { attempts, judgements }: ReportTarget): readonly Html[] {
  const { say } = context;
  const seen = new Map(attempts.flatMap((attempt) => attempt.findings).map((finding) => [finding.id, finding]));
  return [...seen.values()].map(({ id, title, count }) => {
    const judged = judgements[id];
    const words = judged === undefined ? say('notJudged') : say(`j_${judged.judgement}`);
    const why = judged === undefined ? '' : ` (${judged.by}, ${context.time(judged.at)}): ${judged.reason}`;
    return html`<li>${say('finding', { title, count })} · <strong>${words}</strong>${why}</li>\n`;
  });
}

function evidence({ say }: ReportContext, value: EvidenceValue): Html {
  if (typeof value === 'number') return html`<strong>${value}</strong>`;
  if (typeof value === 'string') {
    return /^https?:\/\/\S+$/.test(value) ? html`<a href="${value}">${value}</a>` : html`<strong>${value}</strong>`;
  }
  const { path, bytes, sha256 } = value;
  return html`<span class="mono">${say('sealedFile', { path, size: byteCount(bytes), sha256 })}</span>`;
}
