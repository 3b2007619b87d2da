import { z } from 'zod';
import { limits } from '../../contract/limits.ts';
import { textExpectationSchema } from '../expectations.ts';

const text = z.string().max(limits.text);
const name = z.string().min(1).max(limits.name);
const status = z.int().min(100).max(999);

/** One request, repeated until it holds where `withinMs` says so. Only looks. */
export const httpActionSchema = z.strictObject({
  kind: z.literal('http'),
  /** `http:` or `https:`, without a name and password. */
  url: text,
  /** From this computer, or from the step's host through its SSH connection. */
  from: z.enum(['desk', 'host']),
  /** Where the connection goes instead of to the address in the URL; that stays the Host header and the TLS name. */
  address: z.strictObject({ address: z.string().min(1).max(255), port: z.int().min(1).max(65_535) }).nullable(),
  /** Header values in parts: text, and names of secrets that only the engine fills in. */
  headers: z.array(z.strictObject({ name, value: z.array(z.union([text, z.strictObject({ secret: name })])) })),
  expect: z.strictObject({
    /** Any of these ranges, ends included. */
    status: z.array(z.strictObject({ from: status, to: status })).min(1),
    headers: z.array(z.strictObject({ name, tests: z.array(textExpectationSchema) })),
    body: z.array(textExpectationSchema),
  }),
  /** How much longer the certificate must be valid, or null where nobody asks. An invalid one always fails. */
  certificateMs: z.number().min(0).nullable(),
  /** A file with further certificate authorities, beside the checklist. */
  ca: z.string().min(1).max(4_096).nullable(),
  follow: z.boolean(),
  timeoutMs: z.number().min(1),
  /** Null: one request decides. */
  repeat: z
    .strictObject({
      everyMs: z.number().min(100),
      withinMs: z.number().min(1),
      /** How many requests in a row must hold. */
      inARow: z.int().min(1),
    })
    .nullable(),
});
export type HttpAction = z.infer<typeof httpActionSchema>;

/** Bytes of a body that expectations may look at. */
export const httpBodyBytes = 4 * 1024 * 1024;
/** Redirects that are followed, where the checklist says so. */
export const mostRedirects = 5;

export const certificateSchema = z.strictObject({
  subject: z.string().max(500),
  issuer: z.string().max(500),
  validFrom: z.iso.datetime(),
  validTo: z.iso.datetime(),
  fingerprint: z.string().max(100),
});
export type Certificate = z.infer<typeof certificateSchema>;

/** The last request and its answer. */
export const httpResultSchema = z.strictObject({
  kind: z.literal('http'),
  /** The address the last answer came from, after redirects. */
  url: text,
  requests: z.int().min(0),
  /** Requests in a row that held, at the end. */
  inARow: z.int().min(0),
  /** Null when there was no answer. */
  status: z.int().nullable(),
  headers: z.array(z.tuple([z.string().max(500), z.string().max(limits.excerptChars)])).max(100),
  bytes: z.int().min(0),
  ms: z.number().min(0),
  certificate: certificateSchema.nullable(),
  redirects: z.array(z.strictObject({ status: z.int(), to: z.string().max(limits.excerptChars) })),
});
export type HttpResult = z.infer<typeof httpResultSchema>;
