import { z } from 'zod';

/**
 * Everything that can go wrong while talking to a host, to the disk or to a person, as a closed set.
 * Each code has a sentence and a remedy in both languages (`shared/text/*\/errors.ts`).
 */
export const failureCodes = [
  'name-not-found',
  'connection-refused',
  'connect-timeout',
  'network-unreachable',
  'host-key-unknown',
  'host-key-changed',
  'host-key-revoked',
  'host-key-certificate-authority',
  'auth-failed',
  'key-unreadable',
  'key-passphrase-wrong',
  'agent-unreachable',
  'jump-failed',
  'jump-unknown',
  'ssh-config-invalid',
  'handshake-failed',
  'link-lost',
  'channel-refused',
  'sudo-refused',
  'sftp-unavailable',
  'sftp-failed',
  'remote-not-found',
  'remote-denied',
  'local-file-unreadable',
  'local-file-changed',
  'archive-unreadable',
  'host-answer-unreadable',
  'upload-unproved',
  'upload-other-file',
  'upload-target-folder',
  'upload-target-link',
  'upload-target-special',
  'upload-folder-missing',
  'upload-folder-denied',
  'upload-no-space',
  'upload-hash-differs',
  'upload-target-changed',
  'upload-owner',
  'upload-old-not-kept',
  'upload-not-moved',
  'upload-not-in-place',
  'restore-nothing',
  'restore-other-file',
  'config-too-large',
  'config-encoding',
  'config-syntax',
  'secret-missing',
  'timeout',
  'cancelled',
  'still-running',
  'interrupted',
  'recording-unwritable',
  'journal-unwritable',
  'local-error',
] as const;
export type FailureCode = (typeof failureCodes)[number];

/** One failure as data: what (`code`), with what (`params`, for the sentence), and the technical cause word for word. */
export const failureSchema = z.strictObject({
  code: z.enum(failureCodes),
  params: z.record(z.string().max(100), z.string().max(2_000)),
  cause: z.string().max(4_000).nullable(),
});
export type Failure = z.infer<typeof failureSchema>;
