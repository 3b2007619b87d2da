import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../../shared/contract/failure.ts';
import type { Language } from '../../../shared/contract/ipc/settings.ts';
import { renderChecklist } from '../../report/print-checklist.ts';
import type { Desktop } from '../desktop.ts';
import type { Handlers } from '../router.ts';

export interface PrintParts {
  readonly data: string;
  readonly desktop: Pick<Desktop, 'chooseReportPlace' | 'printPdf' | 'show'>;
  readonly language: () => Language;
}

/** Puts a checklist on paper: a PDF where the person wants it, or one of our own that is shown at once. */
export function printHandlers({ data, desktop, language }: PrintParts): Pick<Handlers, 'print:checklist'> {
  return {
    'print:checklist': async ({ path, environment, paper, show }) => {
      const { html, contentHash, problems } = await renderChecklist(path, environment, { language: language(), paper });
      if (html === null) return { ok: false, problems };
      // By environment too: a viewer that reads its file again must not show another one's commands.
      const name = `checklist-${inName(environment)}-${contentHash.slice(0, 12)}-${paper}.pdf`;
      const place = show ? join(data, 'prints', name) : await desktop.chooseReportPlace(name);
      if (place === null) return null;
      try {
        if (show) await mkdir(join(data, 'prints'), { recursive: true, mode: 0o700 });
        await desktop.printPdf(html, place);
        if (show) await desktop.show(place);
        return { ok: true, value: { path: place } };
      } catch (error) {
        return { ok: false, failure: failure('local-error', { path: place }, error) };
      }
    },
  };
}

/** What of an environment's name may stand in a file's. */
function inName(environment: string): string {
  return environment.replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 40);
}
