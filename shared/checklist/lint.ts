import { type CommandSource, wordsOf } from '../steps/command-source.ts';
import { stepKind } from '../steps/index.ts';
import { lintFlow, type Warn } from './lint-flow.ts';
import type { Path, Report } from './problem.ts';
import { allSteps, type StepPlaceInFile } from './rules.ts';
import { writes } from './rules-flow.ts';
import { type Checklist, kindOf } from './schema.ts';
import type { NeedSource } from './schema-flow.ts';

/** The classic mistakes that can be seen in a sound checklist. All warnings: the writer may know better. */
export function lint(checklist: Checklist, report: Report): void {
  const warn: Warn = (path, code, params = {}, atKey = false) =>
    report({ path, code, params, atKey, severity: 'warning' });
  const production = Object.values(checklist.environments).some((environment) => environment?.production === true);
  const undoneAsAWhole = (checklist.rollback?.steps ?? []).length > 0;
  for (const [index, phase] of checklist.phases.entries()) {
    if (phase.hot !== undefined && production && checklist.window === undefined) {
      warn(['phases', index, 'hot'], 'lint-hot-without-window', {}, true);
    }
    for (const [position, entry] of phase.steps.entries()) {
      if ('atomic' in entry && entry['worst-case'] === undefined) {
        warn(['phases', index, 'steps', position, 'atomic'], 'lint-block-without-worst-case', {}, true);
      }
    }
  }
  for (const step of allSteps(checklist)) {
    const hot = step.phase !== null && checklist.phases[step.phase]?.hot !== undefined;
    lintStep(step, { hot: hot && production, undoneAsAWhole }, warn);
  }
  lintLooks(looksOf(checklist.rollback?.needs, ['rollback', 'needs']), warn);
  lintFlow(checklist, warn);
  lintSecrets(checklist, warn);
}

function lintStep(step: StepPlaceInFile, around: { hot: boolean; undoneAsAWhole: boolean }, warn: Warn): void {
  const { source, path, atomic } = step;
  const kind = kindOf(source);
  if (kind === null) return;
  const door = stepKind(kind);
  const writing = writes(source);
  const at = [...path, 'id' in source && source.id !== undefined ? 'id' : 'title'];
  // Other kinds bring a look of their own.
  if (writing && around.hot && kind === 'run' && source.verify === undefined) warn(at, 'lint-write-without-verify');
  const mayStay = kind === 'manual' || kind === 'announce' || source['point-of-no-return'] !== undefined;
  if (writing && atomic && !mayStay && source.rollback === undefined && !around.undoneAsAWhole) {
    warn(at, 'lint-write-without-rollback');
  }
  const looks: Look[] = door.probes(source[kind]).map((probe) => ({ ...probe, path: [...path, kind, ...probe.path] }));
  looks.push(...looksOf(source.rollback?.needs, [...path, 'rollback', 'needs']));
  if (source.verify !== undefined) looks.push(wordsOf(source.verify, [...path, 'verify']));
  if (source.run !== undefined) {
    const words = wordsOf(source.run as CommandSource, [...path, 'run']);
    if (source.effect === 'read') looks.push(words);
    if (/(?:^|[;&|(\n])\s*sudo\s/.test(words.command)) warn(words.path, 'lint-sudo-in-command');
  }
  lintLooks(looks, warn);
}

interface Look {
  readonly command: string;
  readonly path: Path;
}

function looksOf(needs: readonly NeedSource[] | undefined, path: Path): readonly Look[] {
  return (needs ?? []).flatMap(({ run }, index) => (run === undefined ? [] : [wordsOf(run, [...path, index, 'run'])]));
}

function lintLooks(looks: readonly Look[], warn: Warn): void {
  for (const look of looks) {
    const word = writingWord(look.command);
    if (word !== null) warn(look.path, 'lint-read-that-writes', { word });
  }
}

const writers =
  'rm|rmdir|mv|cp|ln|tee|dd|truncate|touch|mkdir|chmod|chown|kill|pkill|killall|reboot|shutdown|mkfs|install|sed -i';
const writingCommand = new RegExp(
  `(?:^|[;&|(\\n])\\s*(?:sudo\\s+(?:-\\S+\\s+)*)?(?:\\S*/)?(${writers}|(?:systemctl|service)\\s[^;&|\\n]*\\b(?:start|stop|restart|reload))(?=\\s|$)`,
);
const writingSql = /\b(insert\s+into|update\s+\w+\s+set|delete\s+from|drop\s+table|alter\s+table|truncate\s+table)\b/i;

/** A word that gives away that a command changes something, or null. */
export function writingWord(command: string): string | null {
  const bare = command.replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"/g, '""');
  const found = writingCommand.exec(bare) ?? writingSql.exec(command);
  if (found?.[1] !== undefined) return found[1].trim();
  return /(?<![<>&=\d-])>{1,2}(?![>&(=])\s*(?!\/dev\/(?:null|stderr|stdout)\b)\S/.test(bare) ? '>' : null;
}

const secretName = /(?:^|[-_])(?:password|passwd|passphrase|secret|token|api-?_?key)$/i;

function lintSecrets(checklist: Checklist, warn: Warn): void {
  const look = (vars: Readonly<Record<string, string>> | undefined, path: Path) => {
    for (const name of Object.keys(vars ?? {})) {
      if (secretName.test(name)) warn([...path, name], 'lint-secret-in-vars', { name }, true);
    }
  };
  look(checklist.vars, ['vars']);
  for (const [name, environment] of Object.entries(checklist.environments)) {
    look(environment?.vars, ['environments', name, 'vars']);
    for (const [host, { vars }] of Object.entries(environment?.hosts ?? {})) {
      look(vars, ['environments', name, 'hosts', host, 'vars']);
    }
  }
}
