import { z } from 'zod';
import { feedSettingsSchema } from './feed.ts';
import { path } from './fields.ts';

/** What the app speaks. */
export const languages = ['en', 'zh'] as const;
/** One of `languages`. */
export type Language = (typeof languages)[number];

/** What this installation remembers of its person's wishes. */
export const settingsSchema = z.strictObject({
  /** `system` follows the desktop. */
  language: z.enum(['system', ...languages]),
  theme: z.enum(['system', 'light', 'dark']),
  /** The operator's name as it goes into the journal; empty = the login name. */
  person: z.string().max(255),
  recentChecklists: z.array(path).max(20),
  /** Left out: records are sent nowhere. Changed by `feed:set` only. */
  feed: feedSettingsSchema.optional(),
});
/** As `settingsSchema` has parsed them. */
export type Settings = z.infer<typeof settingsSchema>;
