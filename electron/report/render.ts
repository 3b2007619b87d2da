import type { JournalRecord } from '../../shared/contract/events.ts';
import type { Language } from '../../shared/contract/ipc.ts';
import { reportHtml, reportTitle } from '../../shared/report/html.ts';
import { buildReport } from '../../shared/report/model.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { readRecords } from '../engine/journal/read-run.ts';

/** A run's report in its two text forms; the PDF is printed from `html`. */
export interface RenderedReport {
  readonly html: string;
  /** The plain model, indented. */
  readonly json: string;
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
  const model = buildReport(records);
  if (model === null) throw new JournalError('empty', `The journal in ${folder} does not begin with a run.`);
  return {
    html: reportHtml(model, language),
    json: `${JSON.stringify(model, null, 2)}\n`,
    title: reportTitle(model, language),
  };
}
