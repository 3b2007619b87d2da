import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MadeCertificate } from './certificates.ts';

/** One message as rsyslog understood it. */
export interface UnderstoodMessage {
  readonly priority: string;
  readonly at: string;
  readonly machine: string;
  readonly app: string;
  readonly process: string;
  readonly type: string;
  /** Structured data by element and name, its escapes undone by rsyslog. */
  readonly data: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly text: string;
}

/**
 * The configuration: two doors, one plain and one with TLS, on ports the system chooses; each message is taken apart
 * by rsyslog's own parser for RFC 5424 and written as a line of JSON.
 */
function configuration(folder: string, { file }: MadeCertificate, key: string): string {
  const door = (name: string, more = ''): string =>
    `input(type="imtcp" address="127.0.0.1" port="0" listenPortFileName="${folder}/${name}" ${more})`;
  const field = (outname: string, name: string, more = ''): string =>
    `property(outname="${outname}" name="${name}" ${more} format="jsonf")`;
  return `
    global(workDirectory="${folder}" maxMessageSize="64k" DefaultNetstreamDriverCAFile="${file}"
      DefaultNetstreamDriverCertFile="${file}" DefaultNetstreamDriverKeyFile="${key}")
    module(load="imtcp")
    module(load="mmpstrucdata")
    ${door('plain')}
    ${door('tls', 'streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon"')}
    template(name="understood" type="list" option.jsonf="on") {
      ${field('priority', 'pri')} ${field('at', 'timereported', 'dateFormat="rfc3339"')}
      ${field('machine', 'hostname')} ${field('app', 'app-name')} ${field('process', 'procid')}
      ${field('type', 'msgid')} ${field('data', '$!rfc5424-sd')} ${field('text', 'msg')}
    }
    action(type="mmpstrucdata" sd_name.lowercase="off")
    action(type="omfile" file="${folder}/received.jsonl" template="understood")
  `;
}

/** rsyslog writes the structured data as the text of an object. */
function understood(line: string): UnderstoodMessage {
  const message = JSON.parse(line) as Omit<UnderstoodMessage, 'data'> & { readonly data: string };
  return { ...message, data: JSON.parse(message.data) as UnderstoodMessage['data'] };
}

/** The real rsyslogd of this system, receiving on loopback until it is closed. */
export class Rsyslog {
  readonly plain: number;
  readonly tls: number;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, process: ChildProcess, ports: readonly [plain: number, tls: number]) {
    this.#folder = folder;
    this.#process = process;
    [this.plain, this.tls] = ports;
  }

  static async start(folder: string, certificate: MadeCertificate): Promise<Rsyslog> {
    const [key, file] = [join(folder, 'rsyslog.key'), join(folder, 'rsyslog.conf')];
    await writeFile(key, certificate.key, { mode: 0o600 });
    await writeFile(file, configuration(folder, certificate, key));
    const process = spawn('rsyslogd', ['-n', '-f', file, '-i', join(folder, 'rsyslog.pid')], { stdio: 'pipe' });
    const said: string[] = [];
    process.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    const port = async (name: string): Promise<number> => {
      for await (const text of fileAsItGrows(folder, name)) if (/^\d+$/.test(text)) return Number(text);
      throw new Error('No port.');
    };
    const over = once(process, 'exit').then(() => Promise.reject(new Error(`rsyslogd ended: ${said.join('')}`)));
    const ports = await Promise.race([Promise.all([port('plain'), port('tls')]), over]);
    over.catch(() => undefined);
    return new Rsyslog(folder, process, ports);
  }

  /** Resolves with what was understood once there are `count` messages. */
  async received(count: number): Promise<readonly UnderstoodMessage[]> {
    for await (const text of fileAsItGrows(this.#folder, 'received.jsonl')) {
      const lines = text.split('\n').slice(0, -1);
      if (lines.length >= count) return lines.map(understood);
    }
    throw new Error('Nothing was received.');
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const over = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await over;
  }
}

/** The text of a file in a folder now, and again whenever something is written there. */
async function* fileAsItGrows(folder: string, name: string): AsyncGenerator<string> {
  let told = (): void => {};
  const watcher = watch(folder, () => told());
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        told = resolve;
      });
      yield await readFile(join(folder, name), 'utf8').catch(() => '');
      await changed;
    }
  } finally {
    watcher.close();
  }
}
