import type { Plan } from '../../shared/checklist/plan.ts';
import type { RunEvent } from '../../shared/contract/events.ts';
import type { ReplayMark, ReplayView } from '../../shared/contract/ipc/replay.ts';
import { compareRuns } from '../../shared/evidence/compare.ts';
import { quietStretches } from '../../shared/evidence/quiet.ts';
import { foldEvents } from './fake-countersign-api.ts';
import type { FakeAnswers } from './fake-evidence.ts';

/** As the engine gives lines that are found: without what colours them. */
const plain = (line: string): string => line.replaceAll(/\u001b\[[0-9;]*m/g, '');

const word = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Answers of a main process that replays a run told by events, one every `stepMs` milliseconds. */
export function fakeReplay(
  plan: Plan,
  events: readonly RunEvent[],
  { output, stepMs = 20_000 }: { readonly output: readonly string[]; readonly stepMs?: number },
): FakeAnswers {
  const startMs = Date.UTC(2026, 10, 20, 14, 0, 14);
  const at = (seq: number) => foldEvents(plan, events.slice(0, seq), startMs, stepMs);
  const places = new Map<string, RunEvent & { type: 'attempt-started' }>();
  for (const event of events) if (event.type === 'attempt-started') places.set(event.data.attempt, event);
  const marks: ReplayMark[] = events.map((event, index) => {
    const data = event.data as Readonly<Record<string, unknown>>;
    const attempt = word(data['attempt']);
    const began = places.get(attempt ?? '')?.data;
    return {
      seq: index + 1,
      ms: index * stepMs,
      type: event.type,
      step: word(data['step']) ?? began?.step ?? null,
      target: word(data['target']) ?? began?.target ?? null,
      attempt,
      verdict: event.type === 'attempt-ended' ? event.data.verdict : null,
      presence: event.type === 'participant-presence' ? event.data.presence : null,
    };
  });
  marks.unshift({
    ...{ seq: 0, ms: 0, type: 'run-created', step: null, target: null, attempt: null, verdict: null, presence: null },
  });
  const recordings = marks.flatMap(({ type, attempt, ms }) =>
    type === 'attempt-started' && attempt !== null && places.get(attempt)?.data.recording != null
      ? [{ attempt, ms, durationMs: stepMs, lines: output.length, standing: 'sealed' as const }]
      : [],
  );
  const durationMs = marks.at(-1)?.ms ?? 0;
  const view: ReplayView = {
    runId: at(0).runId,
    durationMs,
    startedAt: new Date(startMs).toISOString(),
    marks,
    quiet: quietStretches(marks, [], durationMs),
    recordings,
    state: at(0),
    fault: null,
  };
  const upTo = (ms: number): readonly string[] =>
    output.slice(0, Math.min(output.length, Math.floor((ms / stepMs) * output.length)));
  return {
    'replay:open': () => ({ ok: true, value: view }),
    'replay:state': ({ seq }) => at(seq),
    'replay:output': ({ ms }) => {
      const lines = upTo(ms);
      return {
        text: lines.map((line) => `${line}\r\n`).join(''),
        skipped: 0,
        goesOn: false,
        at: 0,
        lines: lines.length,
        gone: false,
      };
    },
    'replay:search': ({ text }) => {
      const matches = recordings.flatMap(({ attempt, ms }) =>
        output.flatMap((line, index) =>
          line.includes(text)
            ? [{ attempt, line: index, ms: ms + ((index + 1) * stepMs) / output.length, text: plain(line) }]
            : [],
        ),
      );
      return { matches, truncated: false, missing: [] };
    },
  };
}

/** Answers of a main process that compares two runs told by events. */
export function fakeCompare(
  plan: Plan,
  left: readonly RunEvent[],
  right: readonly RunEvent[],
  outputs: { readonly left: readonly string[]; readonly right: readonly string[] },
): FakeAnswers {
  const startMs = Date.UTC(2026, 10, 20, 14, 0, 14);
  const [mine, theirs] = [
    foldEvents(plan, left, startMs, 20_000),
    foldEvents(plan, right, startMs + 86_400_000, 31_000),
  ];
  const compared = compareRuns(mine, theirs, { left: new Map([['a1', 'one']]), right: new Map([['a1', 'two']]) });
  const view = { ...compared, left: { ...compared.left, runId: 'left' }, right: { ...compared.right, runId: 'right' } };
  return {
    'compare:open': () => ({ ok: true, value: view }),
    'compare:output': ({ runId }) => {
      const lines = (runId === 'left' ? outputs.left : outputs.right).map(plain);
      return { ok: true, value: { lines, first: 0, total: lines.length } };
    },
  };
}
