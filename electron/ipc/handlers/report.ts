import { join } from 'node:path';
import { failure } from '../../../shared/contract/failure.ts';
import type { Language } from '../../../shared/contract/ipc/settings.ts';
import type { ReportFormat } from '../../../shared/contract/report-formats.ts';
import { findingSentence, worstFirst } from '../../../shared/journal/finding.ts';
import type { Translate } from '../../../shared/text/translate.ts';
import { verifyRun } from '../../engine/journal/verify-run.ts';
import { renderReport, reportText } from '../../report/render.ts';
import type { Desktop } from '../desktop.ts';
import { replaceFile } from '../replace-file.ts';
import type { Handlers } from '../router.ts';
import { runFolder } from '../run-folder.ts';

export interface ReportParts {
  readonly data: string;
  readonly desktop: Desktop;
  readonly language: () => Language;
  readonly say: () => Translate;
  /** See `RunDesk.settled`. */
  readonly settled: () => Promise<void>;
}

/** What is done with a run after its end: report, verification. */
export function reportHandlers(parts: ReportParts): Pick<Handlers, 'report:save' | 'report:show' | 'run:verify'> {
  const { data, desktop, language, say, settled } = parts;

  async function write(runId: string, format: ReportFormat, path: string): Promise<void> {
    await settled();
    const rendered = await renderReport(runFolder(data, runId), { language: language() });
    const text = reportText(rendered, format);
    if (format === 'pdf') await desktop.printPdf(text, path);
    else await replaceFile(path, text);
  }

  return {
    'report:save': async ({ runId, format }) => {
      const path = await desktop.chooseReportPlace(`${runId}.${format}`);
      if (path === null) return null;
      try {
        await write(runId, format, path);
        return { ok: true, value: { path } };
      } catch (error) {
        return { ok: false, failure: failure('local-error', { path }, error) };
      }
    },
    'report:show': async ({ runId }) => {
      const path = join(runFolder(data, runId), 'report.pdf');
      try {
        await write(runId, 'pdf', path);
        await desktop.show(path);
        return { ok: true, value: { path } };
      } catch (error) {
        return { ok: false, failure: failure('local-error', { path }, error) };
      }
    },
    'run:verify': async ({ runId }) => {
      await settled();
      const { verdict, records, head, findings } = await verifyRun(runFolder(data, runId));
      return {
        verdict,
        records,
        head,
        findings: worstFirst(findings).map((finding) => findingSentence(finding, say())),
      };
    },
  };
}
