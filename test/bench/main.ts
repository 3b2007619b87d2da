import type { Figure } from './bench.ts';
import { benches } from './table.ts';

/** Runs the benches whose name begins with one of the words given (all without); see `build/bench.mjs`. */
async function main(words: readonly string[]): Promise<void> {
  const json = words.includes('--json');
  const names = words.filter((word) => !word.startsWith('-'));
  const unknown = names.filter((name) => !benches.some((bench) => bench.name.startsWith(name)));
  if (unknown.length > 0) {
    process.stderr.write(
      `No bench begins with ${unknown.join(', ')}. There are: ${benches.map((b) => b.name).join(', ')}\n`,
    );
    process.exitCode = 2;
    return;
  }
  const chosen = benches.filter((bench) => names.length === 0 || names.some((name) => bench.name.startsWith(name)));
  const width = Math.max(...chosen.map((bench) => bench.name.length));
  const goalWidth = Math.max(...chosen.map((bench) => bench.goal.length));
  for (const bench of chosen) {
    if (!json && process.stderr.isTTY) process.stderr.write(`  … ${bench.name}\r`);
    const figure = await measured(bench.run.bind(bench));
    if (!figure.holds) process.exitCode = 1;
    const line = json
      ? JSON.stringify({
          name: bench.name,
          ratio: figure.ratio,
          goal: bench.goal,
          holds: figure.holds,
          detail: figure.detail,
        })
      : [
          figure.holds ? 'holds ' : 'MISSED',
          bench.name.padEnd(width),
          Number.isFinite(figure.ratio) ? figure.ratio.toFixed(2).padStart(8) : '       –',
          bench.goal.padEnd(goalWidth),
          figure.detail,
        ].join('  ');
    process.stdout.write(`${line}\n`);
  }
}

/** A bench that could not be run is a goal that was not shown to hold. JSON has no NaN: its ratio is -1. */
async function measured(run: () => Promise<Figure>): Promise<Figure> {
  try {
    return await run();
  } catch (error) {
    return {
      ratio: -1,
      holds: false,
      detail: `could not be measured: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

await main(process.argv.slice(2));
