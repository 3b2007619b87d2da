import { z } from 'zod';
import { headSchema } from '../contract/events.ts';
import { limits } from '../contract/limits.ts';

/**
 * One line of `receipts.jsonl`: the checker's signature that they hold the history up to a record. `signature` is
 * Ed25519 (base64) by `publicKey` over the 64 characters of the hash of `receiptStatement`.
 */
export const receiptSchema = z.strictObject({
  format: z.literal('countersign-receipt-1'),
  runId: z.string().min(1).max(limits.name),
  ...headSchema.shape,
  /** By the checker's clock. */
  at: z.iso.datetime({ precision: 3 }),
  name: z.string().min(1).max(255),
  publicKey: z.string().length(44),
  signature: z.string().length(88),
});
export type Receipt = z.infer<typeof receiptSchema>;
