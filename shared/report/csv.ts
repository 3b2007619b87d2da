import { visible } from './markup.ts';
import type { ReportAttempt, ReportModel, ReportStep, ReportTarget } from './model.ts';
import { standsOnPaper } from './paper-words.ts';

/**
 * The report as a table for spreadsheets and scripts: one line for each step on each host, RFC 4180 (commas, CRLF,
 * quotes doubled), UTF-8 with a byte order mark, by which Excel knows it. Headings and words are the contract's own in
 * every language, times ISO 8601 in UTC. A cell that a spreadsheet would take for a formula begins with an apostrophe.
 */

type Cell = string | number | boolean | null;

interface Line {
  readonly model: ReportModel;
  readonly step: ReportStep;
  readonly target: ReportTarget;
  /** The newest attempt at the step itself; probes do not count. */
  readonly last: ReportAttempt | null;
}

const columns: readonly (readonly [string, (line: Line) => Cell])[] = [
  ['run', ({ model }) => model.runId],
  ['environment', ({ model }) => model.environment],
  ['phase', ({ model, step }) => model.phases[step.phase]?.title ?? null],
  ['code', ({ step }) => step.code],
  ['id', ({ step }) => step.id],
  ['title', ({ step }) => step.title],
  ['kind', ({ step }) => step.kind],
  ['effect', ({ step }) => step.effect],
  ['origin', ({ step }) => step.origin],
  ['batch', ({ step }) => step.batch?.index ?? null],
  ['target', ({ target }) => target.target],
  ['status', ({ target }) => target.status],
  ['from_paper', ({ target }) => standsOnPaper(target)],
  ['paper_done_at', ({ last }) => last?.paper?.doneAt ?? null],
  ['paper_done_by', ({ last }) => last?.paper?.doneBy ?? null],
  ['paper_checked_by', ({ last }) => last?.paper?.checkedBy ?? null],
  ['attempts', ({ target }) => target.attempts.filter(({ purpose }) => purpose === 'step').length],
  ['by', ({ last }) => last?.actor ?? null],
  ['started', ({ last }) => last?.startedAt ?? null],
  ['ended', ({ last }) => last?.endedAt ?? null],
  ['duration_s', ({ last }) => seconds(last?.durationMs ?? null)],
  ['planned_s', ({ step }) => seconds(step.plannedMs)],
  ['verdict', ({ last }) => last?.verdict ?? null],
  ['exit', ({ last }) => last?.exit?.signal ?? last?.exit?.code ?? null],
  ['output_sha256', ({ last }) => last?.recording?.sha256 ?? null],
  ['undone_at', ({ target }) => target.undone?.at ?? null],
  ['decision', ({ target }) => target.decisions.at(-1)?.decision ?? null],
  ['reason', ({ target, last }) => target.decisions.at(-1)?.reason ?? last?.reason ?? null],
  ['decided_by', ({ target }) => target.decisions.at(-1)?.by ?? null],
  ['owner', ({ target }) => target.decisions.at(-1)?.owner ?? null],
  ['due', ({ target }) => target.decisions.at(-1)?.due ?? null],
  ['countersignature', ({ step }) => step.countersignature],
  ['signer', ({ step }) => step.signings.findLast(({ rejected }) => rejected === null)?.name ?? null],
  ['signed_at', ({ step }) => step.signings.findLast(({ rejected }) => rejected === null)?.at ?? null],
  ['notes', ({ model, step, target }) => notesOn(model, step, target)],
];

/** The whole table as text. */
export function reportCsv(model: ReportModel): string {
  const lines = model.steps.flatMap((step) =>
    step.targets.map((target) => {
      const last = target.attempts.findLast(({ purpose }) => purpose === 'step') ?? null;
      return columns.map(([, read]) => cell(read({ model, step, target, last })));
    }),
  );
  const all = [columns.map(([name]) => name), ...lines];
  return `\uFEFF${all.map((cells) => `${cells.join(',')}\r\n`).join('')}`;
}

function seconds(ms: number | null): string | null {
  return ms === null ? null : (ms / 1_000).toFixed(3);
}

/** What was said afterwards about this step on this host, corrections with the number of the record they correct. */
function notesOn({ notes }: ReportModel, step: ReportStep, { target }: ReportTarget): string | null {
  const own = notes.filter((one) => {
    const [about, on] = [one.step ?? one.corrects?.step, one.target ?? one.corrects?.target ?? null];
    return about === step.id && (on === null || on === target);
  });
  const words = own.map(({ by, at, text, corrects }) => {
    return `${corrects === null ? 'note' : `correction of record ${corrects.seq}`} by ${by}, ${at}: ${text}`;
  });
  return words.length === 0 ? null : words.join('\n');
}

/** What spreadsheets take for a formula, in the full width of Chinese keyboards too (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

function cell(value: Cell): string {
  if (value === null) return '';
  const text = visible(String(value));
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
