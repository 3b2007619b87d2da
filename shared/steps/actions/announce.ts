import { z } from 'zod';
import { limits } from '../../contract/limits.ts';

/** What a draft can say about the run, as `${run.<word>}`. */
export const runWords = [
  'title',
  'version',
  'environment',
  'result',
  'batch',
  'step',
  'hosts',
  'failed',
  'deferred',
  'overridden',
  'started',
  'duration',
] as const;
export type RunWord = (typeof runWords)[number];

/** A message to a channel of the environment. */
export const announceActionSchema = z.strictObject({
  kind: z.literal('announce'),
  /** Name of the plan's channel. */
  to: z.string().min(1).max(limits.name),
  /** The draft in parts: text, and words about the run that are filled in when it is drafted. */
  draft: z.array(z.union([z.string().max(limits.text), z.strictObject({ run: z.enum(runWords) })])),
});
export type AnnounceAction = z.infer<typeof announceActionSchema>;

/** What became of a message. */
export const announceResultSchema = z.strictObject({
  kind: z.literal('announce'),
  channel: z.string().max(limits.name),
  /** The answer's HTTP status; null when none came, or where a person pasted it. */
  status: z.int().nullable(),
  /** The service's own code, e.g. DingTalk's `errcode`. */
  code: z.string().max(50),
  /** In the service's words. */
  said: z.string().max(limits.excerptChars),
});
export type AnnounceResult = z.infer<typeof announceResultSchema>;
