import type { Language } from '../contract/ipc/settings.ts';
import { deviationCounts } from './deviations.ts';
import { duration } from './format.ts';
import { marks, type ReportContext, reportContext } from './html-context.ts';
import { correctedWords, placeWords } from './html-notes.ts';
import {
  analysisFacts,
  happened,
  phaseTitle,
  placeOf,
  resultSentence,
  when,
  where,
  windowWords,
} from './html-summary.ts';
import { withGapsGrouped } from './lockdown-words.ts';
import { visible } from './markup.ts';
import type { ReportModel, ReportStep } from './model.ts';
import { standsOnPaper } from './paper-words.ts';

/**
 * The report as a page for a wiki (GitHub-flavoured Markdown): the verdict, the facts, the deviations, what was said
 * afterwards, and a line for each step. Every foreign text is escaped: it can make no tag, link, heading or cell.
 */
export function reportMarkdown(model: ReportModel, language: Language): string {
  const context = reportContext(model, language);
  const parts = [
    summary(context),
    deviations(context),
    analyses(context),
    notes(context),
    steps(context),
    proof(context),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** ASCII punctuation may always be escaped (CommonMark 2.4); a line break would end a cell or a heading. */
function plain(text: string | number): string {
  return visible(String(text))
    .trim()
    .replace(/\s*\n\s*/g, ' / ')
    .replace(/[\\`*_{}[\]<>()#+!|~&$^=:@"'-]/g, '\\$&')
    .replace(/^(\d+)([.])/, '$1\\$2')
    .replace(/www\./gi, (found) => `${found.slice(0, 3)}\\.`);
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(headings.map(plain)), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

function summary(context: ReportContext): string {
  const { model, say } = context;
  const counts = deviationCounts(context);
  const operators = new Set(model.sessions.map(({ identity, person }) => identity?.name ?? person));
  const checkers = model.participants.filter(({ role }) => role === 'checker').map(({ name }) => name);
  const rows = [
    [say('where'), plain(where(context))],
    [say('when'), plain(`${when(context)} (${say('timesIn', { zone: context.zone.label })})`)],
    ...(model.window === null ? [] : [[say('window'), plain(windowWords(context))]]),
    [say('operatorWord'), plain([...operators].join(', '))],
    [say('checkerWord'), plain(checkers.join(', ') || say('noChecker'))],
    [say('runId'), `\`${model.runId.replace(/[^\w.-]/g, '_')}\``],
  ];
  return `# ${plain(model.title)}

**${plain(resultSentence(context))}**${counts === null ? '' : `\n\n${plain(counts)}`}

${table([say('title'), model.environment], rows)}`;
}

function deviations(context: ReportContext): string {
  const { model, say } = context;
  const known = new Map(model.steps.map((step) => [step.id, step]));
  const rows = withGapsGrouped(model.exceptions).map((one) =>
    [context.time(one.at), placeOf(context, one, known), happened(context, one), one.by].map(plain),
  );
  const none = say(model.status === 'ended' ? 'noExceptions' : 'noExceptionsUnfinished');
  const told = rows.length === 0 ? plain(none) : table([say('time'), say('step'), say('happened'), say('by')], rows);
  return `## ${plain(say('exceptions'))}\n\n${told}`;
}

function analyses(context: ReportContext): string {
  const { model, say } = context;
  const { analysis, earlierAnalyses, result } = model;
  if (analysis === null && result !== 'rolled-back') return '';
  const filed = analysis === null ? [] : [analysis, ...earlierAnalyses.toReversed()];
  const told = filed.map((one) => {
    const [[name, value] = ['', ''], ...rows] = analysisFacts(context, one);
    return table(
      [name, value],
      rows.map((cells) => cells.map(plain)),
    );
  });
  const earlier = plain(say('analysisEarlier', { count: earlierAnalyses.length }));
  const [newest = plain(say('analysisMissing')), ...others] = told;
  const parts = others.length === 0 ? [newest] : [newest, earlier, ...others];
  return [`## ${plain(say('analysis'))}`, ...parts].join('\n\n');
}

function notes(context: ReportContext): string {
  const { model, say } = context;
  if (model.notes.length === 0) return '';
  const rows = model.notes.map(({ at, by, text, step, target, corrects }) => {
    const place = placeWords(context, step ?? corrects?.step ?? null, target ?? corrects?.target ?? null);
    const told = corrects === null ? text : `${correctedWords(context, corrects)} ${text}`;
    return [context.moment(at), place || say('wholeRun'), told, by].map(plain);
  });
  return `## ${plain(say('notesTitle'))}\n\n${plain(say('notesExplained'))}\n\n${table([say('time'), say('noteOf'), say('told'), say('by')], rows)}`;
}

function steps(context: ReportContext): string {
  const { model, say } = context;
  const headings = [say('code'), say('step'), say('on'), say('planned'), say('actual'), say('result')];
  const phases = model.phases.map((phase, index) => {
    const rows = model.steps.filter((step) => step.phase === index).map((step) => stepRow(context, step));
    return `### ${plain(phaseTitle(context, index, phase))}\n\n${table(headings, rows)}`;
  });
  return [`## ${plain(say('overview'))}`, ...phases].join('\n\n');
}

function stepRow(context: ReportContext, step: ReportStep): readonly string[] {
  const { say } = context;
  const names = step.targets.slice(0, 6).map(({ target }) => context.target(target));
  const on = [...names, ...(step.targets.length > 6 ? [`… (${step.targets.length})`] : [])].join(', ');
  const time = (ms: number | null) => (ms === null ? '–' : duration(ms));
  const status = `${marks[step.status]} ${say(`s_${step.status}`)}`;
  const result = step.targets.some(standsOnPaper) ? `${status} · ${say('paperWord')}` : status;
  return [step.code, step.title, on, time(step.plannedMs), time(step.actualMs), result].map(plain);
}

function proof({ model, say, moment }: ReportContext): string {
  const { records, head, headAt } = model.journal;
  const words = say('proofHead', { count: records, at: moment(headAt) });
  return `## ${plain(say('proofTitle'))}\n\n${plain(words)}\n\n\`${head}\`\n\n${plain(say('proofExplained'))}\n\n    countersign verify ${model.runId}\n\n${plain(say('proofAlone'))}\n\n    node verify.mjs`;
}
