import { z } from 'zod';

const path = z.string().min(1).max(4_096);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.int().min(0);

/** Puts a file of this computer onto a host, or puts back what an upload of this run replaced. */
export const uploadActionSchema = z.strictObject({
  kind: z.literal('upload'),
  what: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('put'),
      /** As written; relative to the checklist's folder. */
      from: path,
      /** What the file must be; null leaves it to the artifact step that proved it in this run. */
      sha256: sha256.nullable(),
      /** Permissions as octal digits, or null: those of the file it replaces, 0644 where there is none. */
      mode: z
        .string()
        .regex(/^[0-7]{3,4}$/)
        .nullable(),
    }),
    z.strictObject({ type: z.literal('restore') }),
  ]),
  /** Absolute, on the host. */
  to: path,
  /** Where the file that is replaced is kept, absolute; null: it is not. */
  kept: path.nullable(),
  sudo: z.string().max(255).nullable(),
});
export type UploadAction = z.infer<typeof uploadActionSchema>;

const fileSchema = z.strictObject({ sha256, size });

/** What was put where. */
export const uploadResultSchema = z.strictObject({
  kind: z.literal('upload'),
  did: z.enum(['put', 'was-there', 'restored', 'removed']),
  to: path,
  /** What stands there now; null after a removal. */
  now: fileSchema.nullable(),
  /** What stood there before; null: nothing. */
  before: fileSchema.nullable(),
  /** Where what stood there before is kept, or null. */
  kept: path.nullable(),
  /** Bytes that travelled, and bytes found of an earlier upload of the same content. */
  sent: size,
  resumed: size,
});
export type UploadResult = z.infer<typeof uploadResultSchema>;
