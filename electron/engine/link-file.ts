import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { mirrorRoles } from '../../shared/contract/events.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { RunState } from '../../shared/run/state.ts';
import { writePrivate } from './identity/private-file.ts';

/**
 * How a followed run can be followed again after this app was closed or died: where, which certificate is believed,
 * and who we were there. No secret is in it: the invitation is spent, and our key proves who we are.
 */
const linkFileSchema = z.strictObject({
  format: z.literal('countersign-link-1'),
  certificate: z.string().regex(/^[0-9a-f]{64}$/),
  addresses: z.array(z.string().max(300)).min(1).max(51),
  participant: z.string().max(limits.name),
  role: z.enum(mirrorRoles),
});
export type LinkFile = Omit<z.infer<typeof linkFileSchema>, 'format'>;

const linkPath = (folder: string): string => join(folder, 'link.json');

/** Keeps the way back beside the copy. */
export async function writeLinkFile(folder: string, link: LinkFile): Promise<void> {
  await writePrivate(linkPath(folder), `${JSON.stringify({ format: 'countersign-link-1', ...link })}\n`);
}

/** The way back, or null where there is none that can be read. */
export async function readLinkFile(folder: string): Promise<LinkFile | null> {
  try {
    const { format: _, ...link } = linkFileSchema.parse(JSON.parse(await readFile(linkPath(folder), 'utf8')));
    return link;
  } catch {
    return null;
  }
}

/**
 * True when a run's folder is still a copy: it was followed from here, and whoever followed has not taken the pen. It
 * may lie among the own runs already, when something went wrong between moving it there and recording the pen.
 */
export async function isUntakenCopy(folder: string, { participants }: RunState): Promise<boolean> {
  const link = await readLinkFile(folder);
  if (link === null) return false;
  return participants.find(({ participant }) => participant === link.participant)?.standing !== 'operator';
}
