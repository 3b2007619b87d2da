import { type FileHandle, open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createCastV2 } from '../../shared/evidence/cast-v2.ts';
import { readLineBatches } from '../engine/journal/lines.ts';
import { lineText } from '../engine/journal/read-run.ts';
import { LONGEST_LINE } from '../engine/output/cast.ts';
import { type CliIo, exitCodes } from './cli-io.ts';
import { cliTranslator } from './language.ts';

/**
 * `cast RECORDING --v2 OUT`: writes a recording as asciicast v2, for players that do not know v3. OUT must not exist,
 * and stays only when it is whole. A torn last line is left out. Exit 2 for a file that is no recording.
 */
export async function cast(args: readonly string[], io: CliIo): Promise<number> {
  const t = cliTranslator(io.env);
  const options = { v2: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [named] = positionals;
  if (named === undefined || positionals.length !== 1 || values.v2 === undefined) {
    io.stderr(`${t('cli:usage-cast')}\n`);
    return exitCodes.badInput;
  }
  const recording = await open(resolve(io.cwd, named), 'r');
  try {
    if (await written(recording, resolve(io.cwd, values.v2))) return exitCodes.ok;
    io.stderr(`${t('cli:cast-nothing', { file: named })}\n`);
    return exitCodes.badInput;
  } finally {
    await recording.close();
  }
}

/** False when there was nothing to write. */
async function written(recording: FileHandle, path: string): Promise<boolean> {
  const out = await open(path, 'wx');
  let whole = false;
  try {
    whole = await convert(recording, out);
  } finally {
    await out.close();
    if (!whole) await rm(path);
  }
  return whole;
}

/** False when not even a header was found. */
async function convert(recording: FileHandle, out: FileHandle): Promise<boolean> {
  const converted = createCastV2();
  let headed = false;
  for await (const lines of readLineBatches(recording, LONGEST_LINE)) {
    const whole = lines.filter(({ complete }) => complete).map(({ bytes }) => converted(lineText(bytes) ?? ''));
    const text = whole.filter((line) => line !== null).join('\n');
    if (text === '') continue;
    await out.writeFile(`${text}\n`);
    headed = true;
  }
  return headed;
}
