import type { EvidenceValue, Recording } from '../contract/events.ts';
import type { CheckResult } from '../steps/expectations.ts';
import { byteCount, duration } from './format.ts';
import { keyOf, type ReportContext, state } from './html-context.ts';
import { phaseTitle } from './html-summary.ts';
import { type Html, html } from './markup.ts';
import type { ReportAttempt, ReportStep, ReportTarget } from './model.ts';

/** With more targets than this, the outputs of those that passed stay in their recordings, all but the first. */
const SHOWN_OUTPUTS = 4;
/** Of an output that passed the last lines are enough; of any other everything the journal holds is shown. */
const PASSED_LINES = 10;

/** Every step in working order, phase by phase. */
export function stepsSections(context: ReportContext): Html {
  const { model } = context;
  return html`${model.phases.map(
    (phase, index) => html`<section>
<h2>${phaseTitle(context, index, phase)}</h2>
${model.steps.filter((step) => step.phase === index).map((step) => stepArticle(context, step))}</section>
`,
  )}`;
}

function stepArticle(context: ReportContext, step: ReportStep): Html {
  const { say } = context;
  const commands = commandsOf(step);
  return html`<article>
<h3>${step.code} ${step.title}</h3>
<p>${state(context, step.status)} <span class="aside">· ${stepFacts(context, step).join(' · ')}</span></p>
${step.countersignature === 'pending' && html`<p><strong>${say('countersignPending')}</strong></p>`}
${step.waiver !== null && html`<p><strong>${say('countersignWaived', step.waiver)}</strong></p>`}
${commands.map(({ targets, command }) => html`<figure><pre class="command">${command}</pre>${commands.length > 1 && html`<figcaption>${say('commandOn', { target: targets.join(', ') })}</figcaption>`}</figure>\n`)}
${step.targets.some(({ attempts }) => attempts.length > 0) && attemptsTable(context, step)}
${step.targets.map((target) => targetDetails(context, step, target))}
${outputs(context, step)}
</article>
`;
}

function stepFacts({ model, say, time }: ReportContext, step: ReportStep): readonly string[] {
  const block = step.block === null ? null : model.blocks[step.block];
  const facts = [
    say(`k_${step.kind}`),
    step.kind === 'manual' ? null : say(`e_${step.effect}`),
    block === null || block === undefined ? null : say('block', { title: block.title }),
    step.enteredAt === null ? say('notEntered') : say('enteredAt', { at: time(step.enteredAt) }),
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
<thead><tr><th scope="col">${say('host')}</th><th scope="col" class="tight">${say('attempt')}</th><th scope="col" class="tight">${say('started')}</th><th scope="col" class="number">${say('took')}</th>${remote && html`<th scope="col" class="tight">${say('exit')}</th>`}<th scope="col" class="tight">${say('by')}</th><th scope="col">${say('verdict')}</th></tr></thead>
<tbody>
${step.targets.map(({ target, attempts }) => attempts.map((attempt) => attemptRow(context, target, attempt, remote)))}</tbody></table>
`;
}

function attemptRow(context: ReportContext, target: string, attempt: ReportAttempt, remote: boolean): Html {
  const { say } = context;
  const name = attempt.account === null ? context.target(target) : `${attempt.account}@${target}`;
  const number = attempt.purpose === 'probe' ? say('probe') : attempt.number;
  return html`<tr><th scope="row">${name}</th><td class="tight">${number}</td><td class="tight">${context.time(attempt.startedAt)}</td><td class="number">${attempt.durationMs === null ? '–' : duration(attempt.durationMs)}</td>${remote && html`<td class="tight">${exitWords(context, attempt)}</td>`}<td class="tight">${attempt.actor}</td><td>${verdictWords(context, attempt)}</td></tr>\n`;
}

function exitWords({ say }: ReportContext, { exit }: ReportAttempt): string {
  if (exit === null) return '–';
  return exit.signal === null
    ? say('exitCode', { code: exit.code ?? '–' })
    : say('exitSignal', { signal: exit.signal });
}

function verdictWords(context: ReportContext, attempt: ReportAttempt): Html {
  const { say } = context;
  const verdict =
    attempt.probeSays === null
      ? state(context, attempt.verdict ?? 'running')
      : html`<span class="state">${say(`probeSays_${keyOf(attempt.probeSays)}`)}</span>`;
  return html`${verdict}${attempt.cancelRequested && html` · ${say('cancelled')}`}${attempt.failure !== null && html`<br>${context.failure(attempt.failure)}`}`;
}

function targetDetails(context: ReportContext, step: ReportStep, target: ReportTarget): Html {
  const { say } = context;
  const several = step.targets.length > 1;
  const details = [
    ...target.attempts.map((attempt) => attemptDetails(context, step, attempt)),
    ...target.decisions.map(
      ({ decision, reason, owner, by, at }) =>
        html`<li><strong>${say(`d_${keyOf(decision)}`)}</strong> (${by}, ${context.time(at)}): ${reason}${owner !== null && html` · ${say('x_owner', { owner })}`}</li>\n`,
    ),
  ];
  const lines = details.flat();
  const failed = target.attempts.map((attempt) => failedChecks(context, attempt));
  if (lines.length === 0 && failed.every((table) => table === null)) return html``;
  return html`${several && html`<p class="target">${context.target(target.target)}</p>\n`}${lines.length > 0 && html`<ul>\n${lines}</ul>\n`}${failed}`;
}

function attemptDetails(context: ReportContext, step: ReportStep, attempt: ReportAttempt): readonly Html[] {
  const { say } = context;
  const lines: Html[] = [];
  if (attempt.reason !== null) lines.push(html`<li>${say('retryReason')}: ${attempt.reason}</li>\n`);
  if (attempt.checks.length > 0 && attempt.checks.every((check) => check.holds === true)) {
    const words = attempt.checks.map(({ subject, expected, found }) => `${subject} ${expected} → ${found}`);
    lines.push(
      html`<li>${say('checksAllHold', { count: words.length })} <span class="mono">${words.join(' · ')}</span></li>\n`,
    );
  }
  for (const [name, value] of Object.entries(attempt.evidence)) {
    const label = step.evidenceFields.find((field) => field.name === name)?.label || name;
    lines.push(html`<li>${label}: ${evidence(context, value)}</li>\n`);
  }
  if (attempt.note !== null && attempt.note !== '') lines.push(html`<li>${say('note')}: ${attempt.note}</li>\n`);
  return lines;
}

function evidence({ say }: ReportContext, value: EvidenceValue): Html {
  if (typeof value === 'number') return html`<strong>${value}</strong>`;
  if (typeof value === 'string') {
    return /^https?:\/\/\S+$/.test(value) ? html`<a href="${value}">${value}</a>` : html`<strong>${value}</strong>`;
  }
  const { path, bytes, sha256 } = value;
  return html`<span class="mono">${say('sealedFile', { path, size: byteCount(bytes), sha256 })}</span>`;
}

function failedChecks(context: ReportContext, attempt: ReportAttempt): Html | null {
  if (attempt.checks.every((check) => check.holds === true)) return null;
  const { say } = context;
  return html`<table>
<thead><tr><th scope="col" class="tight">${say('checkSubject')}</th><th scope="col">${say('checkExpected')}</th><th scope="col">${say('checkFound')}</th><th scope="col" class="tight">${say('checkHolds')}</th></tr></thead>
<tbody>
${attempt.checks.map((check) => checkRow(context, check))}</tbody></table>
`;
}

function checkRow({ say }: ReportContext, { subject, expected, found, holds }: CheckResult): Html {
  const word = holds === null ? 'holdsUndecided' : holds ? 'holdsYes' : 'holdsNo';
  return html`<tr><th scope="row" class="tight">${subject}</th><td class="mono">${expected}</td><td class="mono">${found}</td><td class="tight">${holds === true ? say(word) : html`<strong>${say(word)}</strong>`}</td></tr>\n`;
}

interface TargetOutput {
  readonly target: string;
  readonly attempt: ReportAttempt;
  readonly recording: Recording;
}

function outputs(context: ReportContext, step: ReportStep): Html {
  const all = step.targets.flatMap(({ target, attempts }) =>
    attempts.flatMap((attempt) =>
      attempt.recording === null ? [] : [{ target, attempt, recording: attempt.recording }],
    ),
  );
  const crowded = step.targets.length > SHOWN_OUTPUTS;
  const shown = all.filter((one, index) => !crowded || index === 0 || one.attempt.verdict !== 'passed');
  const left = all.filter((one) => !shown.includes(one));
  return html`${shown.map((one) => output(context, one))}${left.length > 0 && leftOut(context, left)}`;
}

function output(context: ReportContext, { target, attempt, recording }: TargetOutput): Html {
  const { say } = context;
  const name = say('output', { target: context.target(target), number: attempt.number });
  const seal = sealWords(context, recording);
  const lines = recording.tail.replace(/\n+$/, '').split('\n');
  const excerpt = attempt.verdict === 'passed' ? lines.slice(-PASSED_LINES) : lines;
  const text = excerpt.join('\n');
  if (text.trim() === '')
    return html`<p class="aside">${name}: ${say('outputEmpty')} · <span class="mono">${seal}</span></p>\n`;
  const cut = excerpt.length < recording.lines;
  return html`<figure><pre>${text}</pre><figcaption>${name}${cut && html`, ${say('outputTail', { count: excerpt.length })}`} · <span class="mono">${seal}</span></figcaption></figure>\n`;
}

function sealWords({ say }: ReportContext, { path, lines, bytes, sha256, undecodable }: Recording): string {
  const seal = say('outputSeal', { path, count: lines, size: byteCount(bytes), sha256 });
  return undecodable === 0 ? seal : `${seal} · ${say('outputUndecodable', { count: undecodable })}`;
}

function leftOut(context: ReportContext, left: readonly TargetOutput[]): Html {
  return html`<p>${context.say('outputsLeftOut', { count: left.length })}</p>
<ul>
${left.map(({ target, recording }) => html`<li>${target}: <span class="mono">${sealWords(context, recording)}</span></li>\n`)}</ul>
`;
}
