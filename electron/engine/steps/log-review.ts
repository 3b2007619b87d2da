import { parseBaseline } from '../../../shared/logs/baseline.ts';
import type { LogAction } from '../../../shared/steps/actions/log.ts';
import type { ContentFinding, IncludedFiles } from './review.ts';

/** Mistakes in the file of known exceptions, so that they are found before the run and not in it. */
export function* reviewLog({ watch }: LogAction, files: Pick<IncludedFiles, 'bytes'>): Generator<ContentFinding, void> {
  const path = watch?.baseline?.path ?? null;
  const bytes = path === null ? null : files.bytes(path);
  if (path === null || bytes === null) return;
  for (const { code, params, line, column } of parseBaseline(bytes.toString('utf8'), path).problems) {
    yield {
      code: 'baseline-invalid',
      params: { ...params, path, at: `${line}:${column}`, what: code },
      severity: 'error',
    };
  }
}
