import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The mode in which mako hides every notification, by its configuration: a section `[mode=NAME]` with `invisible=1`
 * that no later section takes back. Null without one, and where parts of the configuration lie elsewhere (`include`).
 * Source: mako(5), MODES and CRITERIA: sections apply in their order, the later one wins.
 */
export function hidingMode(config: string): string | null {
  let mode: string | null = null;
  let section: string | null = null;
  for (const line of config.split('\n').map((raw) => raw.trim())) {
    const header = /^\[(.*)\]$/.exec(line)?.[1];
    if (header !== undefined) section = header;
    if (header !== undefined || line.startsWith('#')) continue;
    if (/^include\s*=/.test(line)) return null;
    const value = /^invisible\s*=\s*(\S+)$/.exec(line)?.[1];
    if (value === undefined) continue;
    const named = /^mode=(?:"([^"\\]+)"|([^\s"\\]+))$/.exec(section?.trim() ?? '');
    const hides = value === '1' || value === 'true';
    if (!hides) mode = null;
    else mode ??= named?.[1] ?? named?.[2] ?? null;
  }
  return mode;
}

/** The configuration of a running mako. `fresh`: not written since that mako started, so what it goes by. */
export interface MakoConfig {
  readonly text: string;
  readonly fresh: boolean;
}

/** The file mako with this process id reads, empty without one. Rejects where the process cannot be looked at. */
export async function makoConfig(pid: number): Promise<MakoConfig> {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  const env = new Map(
    (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  for (const path of configPaths(words, env)) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return { text, fresh: (await stat(path)).mtimeMs < (await startedAt(pid)) };
  }
  return { text: '', fresh: true };
}

/** As mako looks for it: what it was told, else in the home folder, else in the folder for configuration. */
function configPaths(words: readonly string[], env: ReadonlyMap<string, string>): readonly string[] {
  const at = words.findIndex((word) => word === '-c' || word === '--config');
  const told =
    at === -1 ? words.find((word) => word.startsWith('--config='))?.slice('--config='.length) : words[at + 1];
  if (told !== undefined) return [told];
  const home = env.get('HOME') ?? '';
  const folder = env.get('XDG_CONFIG_HOME') || join(home, '.config');
  return [join(home, '.mako', 'config'), join(folder, 'mako', 'config')];
}

/** Milliseconds since the epoch; the kernel tells it in clock ticks (a hundredth of a second) since it booted. */
async function startedAt(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
  const [uptime] = (await readFile('/proc/uptime', 'utf8')).split(' ');
  return Date.now() - Number(uptime) * 1000 + Number(fields[19]) * 10;
}
