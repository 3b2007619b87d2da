import type { Language } from '../contract/ipc/settings.ts';
import { type ReportContext, reportContext } from './html-context.ts';
import { lockdownSection } from './html-lockdown.ts';
import { notesSection } from './html-notes.ts';
import { interruptionsSection } from './html-people.ts';
import { checklistSection, hostsSection, peopleSection, proofSection } from './html-proof.ts';
import { stepsSections } from './html-steps.ts';
import { analysisSection, exceptionsSection, overviewSection, summarySection } from './html-summary.ts';
import { timelineSection } from './html-timeline.ts';
import { html } from './markup.ts';
import type { ReportModel } from './model.ts';
import { page } from './page.ts';

/** Title of the document, of the PDF and of its page header. */
export function reportTitle(model: ReportModel, language: Language): string {
  return titleIn(reportContext(model, language));
}

/** The report as one self-contained HTML document; the same model and language always give the same bytes. */
export function reportHtml(model: ReportModel, language: Language): string {
  const context = reportContext(model, language);
  const sections = [
    summarySection,
    exceptionsSection,
    analysisSection,
    notesSection,
    timelineSection,
    overviewSection,
    stepsSections,
    hostsSection,
    peopleSection,
    interruptionsSection,
    lockdownSection,
    checklistSection,
    proofSection,
  ];
  const body = html`${sections.map((section) => section(context))}`;
  return page({ title: titleIn(context), language, body });
}

function titleIn({ model, say }: ReportContext): string {
  const { title, environment, runId } = model;
  return say('documentTitle', { title, environment, runId });
}
