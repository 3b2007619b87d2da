import { z } from 'zod';
import { limits } from '../limits.ts';

/** A file or folder on this computer, as a screen may give it. */
export const path = z.string().min(1).max(4_096);
/** What a checklist calls something: a step, a host, an environment; or a run's id. */
export const name = z.string().min(1).max(limits.name);
/** What a person says: a reason, a note. */
export const say = z.string().trim().min(1).max(limits.text);
