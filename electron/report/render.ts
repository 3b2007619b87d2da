import { assertNever } from '../../shared/assert-never.ts';
import type { Language } from '../../shared/contract/ipc/settings.ts';
import type { ReportFormat } from '../../shared/contract/report-formats.ts';
import { NO_RECEIPTS } from '../../shared/journal/receipts.ts';
import { reportCsv } from '../../shared/report/csv.ts';
import { reportHtml, reportTitle } from '../../shared/report/html.ts';
import { reportMarkdown } from '../../shared/report/markdown.ts';
import { ReportFold, type ReportReceipts } from '../../shared/report/model.ts';
import type { RunState } from '../../shared/run/state.ts';
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
  const fold = new ReportFold();
  const hashes: string[] = [];
  for await (const record of readRecords(folder)) {
    if (!fold.add(record)) break;
    hashes.push(record.hash);
  }
  const receipts = await receiptsOf(folder, fold.state, hashes);
  const model = fold.report({ receipts, fingerprint: fingerprintOf });
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
async function receiptsOf(folder: string, state: RunState | null, hashes: readonly string[]): Promise<ReportReceipts> {
  if (state === null) return { ...NO_RECEIPTS, contradict: false };
  const hashAt = (seq: number) => hashes[seq] ?? null;
  const audited = await auditReceipts(folder, 'run', { state, hashAt, records: hashes.length, whole: true });
  if (audited === null) return { ...NO_RECEIPTS, contradict: false };
  // A receipt for more than was read is no contradiction: the run may be going on while its report is made.
  return { ...audited.summary, contradict: audited.faults.some(({ severity }) => severity === 'altered') };
}
