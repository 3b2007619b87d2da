import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Prompt, Prompter } from '../engine/ports.ts';
import { SerialQueue } from '../engine/serial-queue.ts';

/**
 * Answers prompts without a screen: from the environment (`COUNTERSIGN_SECRET_<NAME>`, the name in capitals with `_`
 * for everything else; `COUNTERSIGN_SUDO_PASSWORD`), else from the terminal if there is one. An unknown host key is
 * never accepted here: that is a person's decision, made in the app or with ssh itself.
 */
export function createHeadlessPrompter(env: NodeJS.ProcessEnv, terminal: NodeJS.ReadStream | null): Prompter {
  const oneAtATime = new SerialQueue();
  return {
    ask: async (prompt) => {
      if (prompt.kind === 'host-key') return null;
      const given = fromEnvironment(prompt, env);
      if (given !== null) return given;
      if (terminal !== null) return await oneAtATime.run(() => askTerminal(prompt, terminal));
      // Most sudo rules of unattended accounts need no password; sudo itself says so if this one does.
      return prompt.kind === 'sudo' ? [''] : null;
    },
  };
}

function fromEnvironment(prompt: Prompt, env: NodeJS.ProcessEnv): string[] | null {
  const name =
    prompt.kind === 'sudo'
      ? 'COUNTERSIGN_SUDO_PASSWORD'
      : prompt.kind === 'secret'
        ? `COUNTERSIGN_SECRET_${(prompt.params['name'] ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '_')}`
        : null;
  const value = name === null ? undefined : env[name];
  return value === undefined ? null : [value];
}

async function askTerminal(prompt: Prompt, terminal: NodeJS.ReadStream): Promise<string[]> {
  const answers: string[] = [];
  for (const field of prompt.fields) {
    const about = [prompt.kind, prompt.host, ...Object.values(prompt.params), field.label].filter(Boolean).join(' · ');
    process.stderr.write(`${about}: `);
    const muted = new Writable({ write: (_chunk, _encoding, done) => done() });
    const line = createInterface({ input: terminal, output: field.secret ? muted : process.stderr, terminal: true });
    try {
      answers.push(await line.question(''));
    } finally {
      line.close();
      process.stderr.write('\n');
    }
  }
  return answers;
}
