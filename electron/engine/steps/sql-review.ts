import { posix } from 'node:path';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { usualLexing } from '../../../shared/sql/dialect.ts';
import { arrangeScripts, manifestName } from '../../../shared/sql/manifest.ts';
import type { NamedStatement, ScriptSurvey } from '../../../shared/sql/survey.ts';
import type { SqlAction } from '../../../shared/steps/actions/sql.ts';
import type { ContentFinding, IncludedFiles } from './review.ts';
import { lookThrough } from './sql-scripts.ts';

/** What stands in the scripts of a step: what cannot be run, what commits by itself, what nothing brings back. */
export async function* reviewSql(
  step: PlanStep,
  action: SqlAction,
  files: IncludedFiles,
): AsyncGenerator<ContentFinding, void> {
  if (action.engine === 'command') return;
  const lexing = usualLexing(action.engine);
  const isUndo = action !== step.action && !Object.values(step.perTarget).includes(action);
  const looks = step.effect === 'read' && !isUndo;
  for (const script of scriptsOf(action, files)) {
    const bytes = files.bytes(script);
    // That it is missing was said where it was looked for.
    if (bytes === null) continue;
    const found = await lookThrough(bytes, action.encoding, lexing, { looks, transaction: action.transaction });
    if (found.ok) yield* warnings(step, action, script, found.survey);
    else {
      const { code, line, detail } = found;
      yield {
        code: 'sql-script-unusable',
        params: { script, line: String(line), why: code, detail },
        severity: 'error',
      };
    }
  }
}

function scriptsOf({ what }: SqlAction, files: IncludedFiles): readonly string[] {
  if (what.type === 'query') return [];
  if (what.type === 'script') return [what.path];
  const manifest = files.bytes(posix.join(what.folder, manifestName))?.toString('utf8') ?? null;
  const { order, exclude } = what;
  const arranged = arrangeScripts({ names: files.names(what.folder), order, exclude, manifest });
  return arranged.order.map((name) => posix.join(what.folder, name));
}

function* warnings(
  step: PlanStep,
  action: SqlAction,
  script: string,
  survey: ScriptSurvey,
): Generator<ContentFinding, void> {
  if (action.engine === 'mysql' && action.transaction === 'auto' && survey.commits > 0 && survey.statements > 1) {
    const params = { script, lines: named(survey.commitsNamed, survey.commits) };
    yield { code: 'sql-commits-by-itself', params, severity: 'warning' };
  }
  if (survey.irreversible > 0 && step.pointOfNoReturn === null && step.origin === 'written') {
    const params = { script, lines: named(survey.irreversibleNamed, survey.irreversible) };
    yield { code: 'sql-irreversible', params, severity: 'warning' };
  }
}

/** `12 ALTER TABLE, 14 DROP TABLE …` */
function named(statements: readonly NamedStatement[], count: number): string {
  const first = statements.slice(0, 5).map(({ line, verb }) => `${line} ${verb}`);
  return count > first.length ? `${first.join(', ')} … (${count})` : first.join(', ');
}
