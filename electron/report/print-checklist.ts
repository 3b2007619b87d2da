import type { Problem } from '../../shared/checklist/problem.ts';
import { resolvePlan } from '../../shared/checklist/resolve.ts';
import type { PaperSize } from '../../shared/contract/ipc/print.ts';
import type { Language } from '../../shared/contract/ipc/settings.ts';
import { checklistPage } from '../../shared/print/checklist.ts';
import { frozenContent } from '../engine/history.ts';
import { loadChecklist } from '../engine/load-checklist.ts';

/** A checklist ready to be printed, or why there is none. */
export interface RenderedChecklist {
  /** Null when the checklist has errors or no such environment. */
  readonly html: string | null;
  /** Content hash; empty without `html`. */
  readonly contentHash: string;
  /** Warnings too. */
  readonly problems: readonly Problem[];
}

/** Reads and checks a checklist and puts it on paper for one environment. Never rejects for what is in the files. */
export async function renderChecklist(
  path: string,
  environment: string,
  { language, paper }: { readonly language: Language; readonly paper: PaperSize },
): Promise<RenderedChecklist> {
  const { checklist, problems, files: read } = await loadChecklist(path, environment);
  if (checklist === null || problems.some(({ severity }) => severity === 'error')) {
    return { html: null, contentHash: '', problems };
  }
  const content = frozenContent(read);
  const html = checklistPage({ plan: resolvePlan(checklist, environment), ...content, language, paper });
  return { html, contentHash: content.contentHash, problems };
}
