import type { Recording } from '../contract/events.ts';
import { byteCount } from './format.ts';
import type { ReportContext } from './html-context.ts';
import { type Html, html } from './markup.ts';
import type { ReportAttempt, ReportStep } from './model.ts';

/** With more targets than this, the outputs of those that passed stay in their recordings, all but the first. */
const SHOWN_OUTPUTS = 4;
/** Of an output that passed the last lines are enough; of any other everything the journal holds is shown. */
const PASSED_LINES = 10;

/** An output of so few lines stays together with its seal. */
const SHORT_LINES = 15;

interface TargetOutput {
  readonly target: string;
  readonly attempt: ReportAttempt;
  readonly recording: Recording;
}

/** The end of what the hosts said, each with the seal of the whole recording. */
export function outputs(context: ReportContext, step: ReportStep): Html {
  const all = step.targets.flatMap(({ target, attempts }) =>
    attempts.flatMap((attempt) =>
      attempt.recording === null ? [] : [{ target, attempt, recording: attempt.recording }],
    ),
  );
  const crowded = step.targets.length > SHOWN_OUTPUTS;
  const isShown = ({ attempt }: TargetOutput, index: number): boolean =>
    attempt.verdict !== 'passed' || (!context.brief && (!crowded || index === 0));
  const shown = all.filter(isShown);
  const left = all.filter((one, index) => !isShown(one, index));
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
  return html`<figure class="${excerpt.length <= SHORT_LINES ? 'short' : 'long'}"><pre>${text}</pre><figcaption>${name}${cut && html`, ${say('outputTail', { count: excerpt.length })}`} · <span class="mono">${seal}</span></figcaption></figure>\n`;
}

/** Where the recording is, and its hash. */
export function sealWords({ say }: ReportContext, { path, lines, bytes, sha256, undecodable }: Recording): string {
  const seal = say('outputSeal', { path, count: lines, size: byteCount(bytes), sha256 });
  return undecodable === 0 ? seal : `${seal} · ${say('outputUndecodable', { count: undecodable })}`;
}

function leftOut(context: ReportContext, left: readonly TargetOutput[]): Html {
  return html`<p class="aside">${context.say('outputsLeftOut', { count: left.length })}</p>
<ul class="seals">
${left.map(({ target, recording }) => html`<li>${context.target(target)}: <span class="mono">${sealWords(context, recording)}</span></li>\n`)}</ul>
`;
}
