import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * The process id in a text. Throws where there is none: no text at all reads as 0, and a signal to process 0 reaches
 * everybody who runs these tests.
 */
export function processId(text: string | Buffer): number {
  const words = String(text).trim();
  const pid = /^\d+$/.test(words) ? Number(words) : 0;
  if (pid <= 1) throw new Error(`No process id: ${JSON.stringify(words)}`);
  return pid;
}

/** The process id that a program writes as a line; a file is there before its words are, so the whole line is awaited. */
export async function processIdIn(file: string): Promise<number> {
  for (;;) {
    const text = textOf(file);
    if (text.endsWith('\n')) return processId(text);
    await wait(10);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
