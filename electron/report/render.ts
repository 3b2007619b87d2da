import { assertNever } from '../../shared/assert-never.ts';
import type { JournalRecord } from '../../shared/contract/events.ts';
import type { Language, ReportFormat } from '../../shared/contract/ipc.ts';
import { NO_RECEIPTS } from '../../shared/journal/receipts.ts';
import { reportCsv } from '../../shared/report/csv.ts';
import { reportHtml, reportTitle } from '../../shared/report/html.ts';
import { reportMarkdown } from '../../shared/report/markdown.ts';
import { buildReport, type ReportReceipts } from '../../shared/report/model.ts';
import { applyRecord, startState } from '../../shared/run/transition.ts';
import { fingerprintOf } from '../engine/identity/fingerprint.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { readRecords } from '../engine/journal/read-run.ts';
import { auditReceipts } from '../engine/journal/verify-receipts.ts';

/** A run's report in its text forms, each made when it is asked for; the PDF is printed from `html`. */
export interface RenderedReport {
  readonly html: string;
  /** The plain model, indented. */
  readonly json: string;
  /** One line for each step on each host; the same in every language. */
  readonly csv: string;
  /** For a wiki. */
  readonly markdown: string;
  readonly title: string;
}

/**
 * Reads a run's journal (checked against its chain, also while it is being written) and renders its report.
 * Throws JournalError `missing`, `empty` or `altered`: of an altered journal no report is made.
 */
export async function renderReport(
  folder: string,
  { language }: { readonly language: Language },
): Promise<RenderedReport> {
  const records: JournalRecord[] = [];
  for await (const record of readRecords(folder)) records.push(record);
  const receipts = await receiptsOf(folder, records);
  const model = buildReport(records, { receipts, fingerprint: fingerprintOf });
  if (model === null) throw new JournalError('empty', `The journal in ${folder} does not begin with a run.`);
  return {
    get html() {
      return reportHtml(model, language);
    },
    get json() {
      return `${JSON.stringify(model, null, 2)}\n`;
    },
    get csv() {
      return reportCsv(model);
    },
    get markdown() {
      return reportMarkdown(model, language);
    },
    get title() {
      return reportTitle(model, language);
    },
  };
}

/** The text that a file of this format holds; a PDF is printed from its HTML. */
export function reportText(report: RenderedReport, format: ReportFormat): string {
  switch (format) {
    case 'pdf':
    case 'html':
      return report.html;
    case 'json':
      return report.json;
    case 'csv':
      return report.csv;
    case 'md':
      return report.markdown;
    default:
      return assertNever(format);
  }
}

/** The checker's receipts, held against these very records. */
async function receiptsOf(folder: string, records: readonly JournalRecord[]): Promise<ReportReceipts> {
  const [first, ...others] = records;
  if (first?.type !== 'run-created') return { ...NO_RECEIPTS, contradict: false };
  const state = others.reduce(applyRecord, startState(first));
  const hashAt = (seq: number) => records[seq]?.hash ?? null;
  const audited = await auditReceipts(folder, 'run', { state, hashAt, records: records.length, whole: true });
  if (audited === null) return { ...NO_RECEIPTS, contradict: false };
  // A receipt for more than was read is no contradiction: the run may be going on while its report is made.
  return { ...audited.summary, contradict: audited.faults.some(({ severity }) => severity === 'altered') };
}
