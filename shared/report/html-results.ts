import { assertNever } from '../assert-never.ts';
import { differenceId } from '../snapshot/difference.ts';
import type { StepResult } from '../steps/results.ts';
import { byteCount, duration } from './format.ts';
import { keyOf, type ReportContext } from './html-context.ts';
import { type Html, html } from './markup.ts';
import type { ReportAttempt, ReportStep, ReportTarget } from './model.ts';

type ResultOf<K extends StepResult['kind']> = Extract<StepResult, { kind: K }>;

/** Rows of one table beyond these are only counted; the journal and the recording have all of them. */
const ROWS = 60;

/** What each attempt's kind of step has to say of what it found or did; see `shared/steps/results.ts`. */
export function resultsPart(context: ReportContext, step: ReportStep): Html {
  const parts = step.targets.flatMap((target) =>
    target.attempts
      .filter((attempt) => attempt.purpose === 'step' && attempt.result !== null)
      .map((attempt) => attemptResult(context, step, target, attempt)),
  );
  return html`${parts}`;
}

function attemptResult(context: ReportContext, step: ReportStep, target: ReportTarget, attempt: ReportAttempt): Html {
  const { result } = attempt;
  if (result === null || (context.brief && attempt.verdict === 'passed' && !alwaysTold.has(result.kind))) return html``;
  const told = resultOf(context, result, target);
  const several = step.targets.length > 1 || target.attempts.length > 1;
  const where = `${context.target(target.target)}${attempt.number > 1 ? ` (${attempt.number})` : ''}`;
  return html`<div class="result-part">${several && html`<p class="target">${where}</p>\n`}${told}</div>\n`;
}

/** What cannot be undone, or was only let through by somebody's judgement, is told in a long run too. */
const alwaysTold: ReadonlySet<StepResult['kind']> = new Set(['sql', 'log', 'compare']);

function resultOf(context: ReportContext, result: StepResult, target: ReportTarget): Html {
  const { say } = context;
  switch (result.kind) {
    case 'sql':
      return sqlResult(context, result);
    case 'log':
      return logResult(context, result, target);
    case 'compare':
      return compareResult(context, result, target);
    case 'config':
      return configResult(context, result);
    case 'service':
      return line(serviceWords(context, result));
    case 'process':
      return line(
        say('r_process', { count: result.instances, pids: result.processes.map((one) => one.pid).join(', ') }),
      );
    case 'upload':
      return line(uploadWords(context, result));
    case 'artifact':
      return line(say('r_artifact', { file: result.file, size: byteCount(result.size), sha256: result.sha256 }));
    case 'snapshot':
      return line(say('r_snapshot', { count: result.count }));
    case 'http':
      return line(httpWords(context, result));
    case 'announce':
      return line(
        say('r_announce', { channel: result.channel, status: result.status ?? '–', said: result.said || '–' }),
      );
    case 'wait':
      return line(say('r_wait', { count: result.looks }));
    default:
      return assertNever(result);
  }
}

const line = (words: string): Html => html`<p>${words}</p>\n`;

function table(
  headings: readonly (string | Html)[],
  rows: readonly (readonly (string | number | Html)[])[],
  say: ReportContext['say'],
): Html {
  if (rows.length === 0) return html``;
  const more = rows.length - ROWS;
  return html`<table>
<thead><tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>
${rows.slice(0, ROWS).map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table>
${more > 0 && html`<p class="aside">${say('andMore', { count: more })}</p>\n`}`;
}

function sqlResult({ say }: ReportContext, { place, server, scripts, tables }: ResultOf<'sql'>): Html {
  const rows = scripts.map((script) => [
    html`<span class="mono">${script.path}</span><br><span class="aside mono">${script.sha256}</span>`,
    html`<span class="word">${say(`r_sql_${keyOf(script.state)}`)}</span>`,
    `${script.done} / ${script.statements}`,
    script.affected ?? '–',
    duration(script.durationMs),
  ]);
  const stops = scripts.flatMap(({ path, stopped }) =>
    stopped === null
      ? []
      : [say('r_sqlStopped', { path, number: stopped.first.number, line: stopped.first.line, why: stopped.message })],
  );
  const commits = scripts.flatMap(({ path, commits: all, commitsCount }) =>
    commitsCount === 0
      ? []
      : [
          say('r_sqlCommits', {
            path,
            count: commitsCount,
            verbs: all.map((one) => `${one.line} ${one.verb}`).join(', '),
          }),
        ],
  );
  const where = [place.engine, place.address, place.schema].filter((part) => part !== null).join(' · ');
  return html`${line(`${where}${server === null ? '' : ` · ${server}`}`)}${table(
    [say('r_script'), say('r_state'), say('r_statements'), say('r_affected'), say('took')],
    rows,
    say,
  )}${[...stops, ...commits].map((words) => html`<p><strong>${words}</strong></p>\n`)}${tables
    .slice(0, 3)
    .map(({ columns, rows: cells }) =>
      table(
        columns.map((name) => html`<span class="mono">${name}</span>`),
        cells.map((row) => row.map((cell) => String(cell ?? 'NULL'))),
        say,
      ),
    )}`;
}

function logResult({ say }: ReportContext, result: ResultOf<'log'>, { judgements }: ReportTarget): Html {
  const rows = result.groups.map(({ name, known, count, fingerprint }) => {
    const judged = judgements[fingerprint];
    const word = judged === undefined ? say('r_new') : `${say('r_new')} · ${say(`j_${judged.judgement}`)}`;
    return [html`<span class="mono">${name}</span>`, known ?? html`<strong>${word}</strong>`, count];
  });
  const facts = say('r_log', {
    time: duration(result.watchedMs),
    lines: result.lines,
    silent: duration(result.silentMs),
    restarts: result.restarts,
  });
  const gaps = result.gaps.map(({ file, why }) => line(say('r_gap', { file, why: say(`r_gap_${keyOf(why)}`) })));
  return html`${line(facts)}${gaps}${table([say('r_exception'), say('r_known'), say('r_count')], rows, say)}`;
}

function compareResult({ say }: ReportContext, result: ResultOf<'compare'>, { judgements }: ReportTarget): Html {
  const rows = result.differences.map((difference) => {
    const { what, key, before, after, expected } = difference;
    const judged = judgements[differenceId(difference)];
    const verdict = expected
      ? say('r_expected')
      : judged === undefined
        ? say('r_unexpected')
        : say(`j_${judged.judgement}`);
    const was = before === null ? (what === 'added' ? '–' : '✓') : before;
    const is = after === null ? (what === 'missing' ? '–' : '✓') : after;
    return [html`<span class="mono">${key}</span>`, say(`r_${what}`), was, is, verdict];
  });
  const facts = say('r_compare', { step: result.with, before: result.before, after: result.after });
  return html`${line(facts)}${table([say('r_key'), say('r_difference'), say('r_before'), say('r_after'), say('r_judged')], rows, say)}`;
}

function configResult({ say, moment }: ReportContext, result: ResultOf<'config'>): Html {
  const hidden = say('r_secret');
  const shown = (secret: boolean, value: string | null): string => (secret ? hidden : (value ?? '–'));
  const rows = result.differences.map(({ key, state, secret, expected, found }) => [
    html`<span class="mono">${key}</span>`,
    say(`r_config_${state}`),
    shown(secret, expected),
    shown(secret, found),
  ]);
  const { drift } = result;
  const drifted = (drift?.changes ?? []).map(({ key, change, secret, before, now }) => [
    html`<span class="mono">${key}</span>`,
    say(`r_config_${change}`),
    shown(secret, before),
    shown(secret, now),
  ]);
  return html`${line(say('r_config', { file: result.file, count: result.entries.length }))}${table(
    [say('r_key'), say('r_state'), say('checkExpected'), say('checkFound')],
    rows,
    say,
  )}${drift !== null && drifted.length > 0 && line(say('r_drift', { at: moment(drift.at), run: drift.runId }))}${table(
    [say('r_key'), say('r_difference'), say('r_before'), say('r_after')],
    drifted,
    say,
  )}`;
}

function serviceWords({ say }: ReportContext, { before, left, after, stopMs, startMs }: ResultOf<'service'>): string {
  const pids = (refs: readonly { readonly pid: number }[]): string => refs.map((one) => one.pid).join(', ');
  const words = [
    before.length > 0 ? say('r_serviceBefore', { pids: pids(before) }) : null,
    stopMs !== null ? say('r_serviceGone', { time: duration(stopMs) }) : null,
    left.length > 0 ? say('r_serviceLeft', { pids: pids(left) }) : null,
    startMs !== null ? say('r_serviceReady', { time: duration(startMs) }) : null,
    after.length > 0 ? say('r_serviceAfter', { pids: pids(after) }) : null,
  ];
  return words.filter((word) => word !== null).join(' · ') || say('r_serviceNothing');
}

function uploadWords({ say }: ReportContext, result: ResultOf<'upload'>): string {
  const { did, to, now, kept, sent, resumed } = result;
  const words = [
    say(`r_upload_${keyOf(did)}`, { to }),
    now === null ? null : `sha256 ${now.sha256} (${byteCount(now.size)})`,
    kept === null ? null : say('r_kept', { kept }),
    sent === 0 ? null : say('r_sent', { size: byteCount(sent) }),
    resumed === 0 ? null : say('r_resumed', { size: byteCount(resumed) }),
  ];
  return words.filter((word) => word !== null).join(' · ');
}

function httpWords({ say, moment }: ReportContext, result: ResultOf<'http'>): string {
  const { url, status, requests, certificate } = result;
  const asked = say('r_http', { url, status: status ?? '–', count: requests });
  return certificate === null ? asked : `${asked} · ${say('r_certificate', { until: moment(certificate.validTo) })}`;
}
