import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../../shared/contract/ipc/settings.ts';
import channel from './beside/channel.sql?raw';
import dropFront from './beside/drop-front.sql?raw';
import knownExceptions from './beside/known-exceptions.yaml?raw';
import manifest from './beside/manifest.yaml?raw';
import undoChannel from './beside/undo-channel.sql?raw';
import { NEW_VERSION, warFile } from './build.ts';
import checklistEn from './checklist.en.yaml?raw';
import checklistZh from './checklist.zh.yaml?raw';
import { writeFiles } from './write-files.ts';

/** What only the opened demo knows of its hosts and its database. */
export interface DemoPlaces {
  /** `home` as the host's own shell writes it. */
  readonly hosts: readonly { readonly name: string; readonly home: string; readonly port: number }[];
  readonly databasePort: number;
}

/** Writes the demo's checklist into a folder, with everything it names beside it. Gives the checklist's path. */
export async function writeBeside(folder: string, language: Language, places: DemoPlaces): Promise<string> {
  const war = warFile(NEW_VERSION);
  const template = language === 'zh' ? checklistZh : checklistEn;
  const filled = fillChecklist(template, places, war, new Date());
  const name = 'trade-release.yaml';
  await writeFiles(folder, {
    // Processes are looked for in /proc, which only Linux has (and what Git brings to Windows).
    [name]: process.platform === 'linux' || existsSync('/proc/self') ? filled : withoutServices(filled),
    [`trade-${NEW_VERSION}.war`]: war,
    'known-exceptions.yaml': knownExceptions,
    'sql/manifest.yaml': manifest,
    'sql/channel.sql': channel,
    'sql/undo-channel.sql': undoChannel,
    'later/drop-front.sql': dropFront,
  });
  return join(folder, name);
}

/** Puts places, the build's hash and a window that begins now into a checklist's `<…>`. @throws on an unknown one. */
export function fillChecklist(template: string, places: DemoPlaces, war: Buffer, now: Date): string {
  const at = (minutes: number): string => `${new Date(now.getTime() + minutes * 60_000).toISOString().slice(0, 16)}Z`;
  const values = new Map<string, string>([
    ['start', at(0)],
    ['warn', at(20)],
    ['back-out-by', at(30)],
    ['end', at(45)],
    ['sha256', createHash('sha256').update(war).digest('hex')],
    ['database-port', String(places.databasePort)],
  ]);
  for (const { name, home, port } of places.hosts) values.set(`${name}-home`, home).set(`${name}-port`, String(port));
  return template.replaceAll(/<([a-z0-9-]+)>/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`the demo checklist asks for <${name}>`);
    return value;
  });
}

/**
 * The same checklist for a computer whose processes cannot be looked at: services are stopped and started by command
 * alone, which the answers of the next steps then prove.
 */
export function withoutServices(checklist: string): string {
  return checklist
    .replaceAll(/service:\s*\{\s*(?:stop|start): (trade \w+),(?:\$\{\w+\}|[^{}])*\}/g, 'run: $1')
    .replaceAll('from: "step:start"', 'from: start-of-file');
}
