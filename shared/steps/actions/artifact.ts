import { z } from 'zod';
import { configFormats } from '../../config/format.ts';
import { limits } from '../../contract/limits.ts';

const path = z.string().min(1).max(4_096);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string().max(limits.text);

/** Proves a file on this computer before anything is done with it. */
export const artifactActionSchema = z.strictObject({
  kind: z.literal('artifact'),
  /** As written; relative to the checklist's folder. */
  file: path,
  sha256: sha256.nullable(),
  size: z.int().min(0).nullable(),
  /** Files inside the archive and what they must say; `a.jar!/b` is a file inside an archive inside it. */
  inside: z.array(
    z.strictObject({
      path,
      format: z.enum(configFormats),
      expect: z.array(z.strictObject({ key: text, value: text })),
    }),
  ),
});
export type ArtifactAction = z.infer<typeof artifactActionSchema>;

/** What the file was; uploads of this run are held to its hash. */
export const artifactResultSchema = z.strictObject({
  kind: z.literal('artifact'),
  file: path,
  sha256,
  size: z.int().min(0),
  /** When the file was last changed, ISO 8601. */
  modifiedAt: z.iso.datetime({ precision: 3 }),
});
