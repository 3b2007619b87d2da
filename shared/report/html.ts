import type { Language } from '../contract/ipc.ts';
import { reportContext } from './html-context.ts';
import { checklistSection, hostsSection, peopleSection, proofSection } from './html-proof.ts';
import { stepsSections } from './html-steps.ts';
import { exceptionsSection, overviewSection, summarySection } from './html-summary.ts';
import { html } from './markup.ts';
import type { ReportModel } from './model.ts';
import { page } from './page.ts';

/** Title of the document, of the PDF and of its page header. */
export function reportTitle(model: ReportModel, language: Language): string {
  return reportContext(model, language).say('documentTitle', { ...model });
}

/** The report as one self-contained HTML document; the same model and language always give the same bytes. */
export function reportHtml(model: ReportModel, language: Language): string {
  const context = reportContext(model, language);
  const sections = [
    summarySection,
    exceptionsSection,
    overviewSection,
    stepsSections,
    hostsSection,
    peopleSection,
    checklistSection,
    proofSection,
  ];
  const body = html`${sections.map((section) => section(context))}`;
  return page({ title: reportTitle(model, language), language, body });
}
