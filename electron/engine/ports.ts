import type { Duplex } from 'node:stream';
import type { Failure } from '../../shared/contract/errors.ts';
import type { JournalRecord, NewRecord, Person, Recording } from '../../shared/contract/events.ts';
import type { RunState } from '../../shared/run/state.ts';

/**
 * What the engine needs from the world. Everything here is passed in, so that the engine runs in plain Node,
 * in Electron and under test alike.
 */

/** Wall clock, monotonic clock and waiting. */
export interface Clock {
  now(): Date;
  /** Milliseconds since an arbitrary start; never goes back. */
  mono(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/* ---------- people at this computer ---------- */

export interface PromptField {
  readonly label: string;
  readonly secret: boolean;
}

/** A question only a person can answer. Answers are secrets: they stay in memory and are redacted from all output. */
export interface Prompt {
  readonly kind: 'password' | 'passphrase' | 'keyboard-interactive' | 'sudo' | 'secret' | 'host-key';
  readonly host: string | null;
  /** For the sentence: user, address, key file, fingerprint, secret name … */
  readonly params: Readonly<Record<string, string>>;
  readonly fields: readonly PromptField[];
}

/** Asks the person; null when they cancel or nobody is there. For `host-key` one answer, `accept` or `refuse`. */
export interface Prompter {
  ask(prompt: Prompt): Promise<readonly string[] | null>;
}

/** A person's own key, unlocked. */
export interface Identity {
  readonly person: Person;
  /** Ed25519 signature (base64) over the ASCII characters of a hash in hex. */
  sign(hash: string): string;
}

/* ---------- hosts ---------- */

export interface HostConnection {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly keyType: string;
  readonly fingerprint: string;
  readonly method: string;
  readonly via: readonly string[];
  readonly latencyMs: number;
}

/** How a remote command ended. `lost`: the link went first, so whether and how the process ended is not known. */
export type ExecEnd =
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: string | null }
  | { readonly type: 'lost'; readonly failure: Failure };

export interface ExecRequest {
  /** The exact words for the host. */
  readonly sent: string;
  /** Written to stdin, which is then closed. */
  readonly stdin: Buffer | null;
  readonly pty: boolean;
  /** Gets every chunk in order; while a returned promise is pending no more is read from the host (backpressure). */
  readonly onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void | Promise<void>;
}

export interface Exec {
  /** Settles once, after all output was delivered. Never rejects. */
  readonly ended: Promise<ExecEnd>;
  signal(name: 'INT' | 'TERM' | 'KILL' | 'HUP'): void;
  /** Gives up on the channel; `ended` then settles as `lost` with code `cancelled` unless the exit was seen. */
  close(): void;
}

export type HostEvent =
  | { readonly type: 'connected'; readonly connection: HostConnection }
  | { readonly type: 'failed'; readonly host: string; readonly failure: Failure }
  | { readonly type: 'lost'; readonly host: string; readonly failure: Failure }
  | {
      readonly type: 'key-accepted';
      readonly host: string;
      readonly address: string;
      readonly port: number;
      readonly keyType: string;
      readonly fingerprint: string;
    };

/** What SFTP says of a file; links are followed. */
export interface SftpStat {
  readonly size: number;
  /** Permission bits, without the kind of file. */
  readonly mode: number;
}

/** An open file on a host. Reads and writes may be under way side by side; each says where. */
export interface SftpFile {
  /** Bytes from `position`; fewer than `length` only where the file ends. */
  read(position: number, length: number): Promise<Result<Buffer>>;
  write(position: number, data: Buffer): Promise<Result<null>>;
  /** Brings what was written to the host's disk; false where the server does not offer that (fsync@openssh.com). */
  sync(): Promise<Result<boolean>>;
  close(): Promise<Result<null>>;
}

/** One SFTP session. When it or its link ends, everything under way ends with that failure. */
export interface SftpSession {
  /** Null when there is nothing at that path. */
  stat(path: string): Promise<Result<SftpStat | null>>;
  /** `write` creates the file (mode 0600) where it is missing, and keeps what is in it. */
  open(path: string, purpose: 'read' | 'write'): Promise<Result<SftpFile>>;
  remove(path: string): Promise<Result<null>>;
  close(): void;
}

/** Held SSH connections of one run, by host name. */
export interface Hosts {
  /** Connects, or gives the held connection. At most `limits.connecting` are being opened at any time. */
  connect(host: string): Promise<Result<HostConnection>>;
  /** Connects where needed, then starts the command. */
  exec(host: string, request: ExecRequest): Promise<Result<Exec>>;
  /** Connects where needed, then opens an SFTP session; a relative path begins at the account's home. */
  sftp(host: string): Promise<Result<SftpSession>>;
  /**
   * A stream to another address, through this host (SSH `direct-tcpip`); connects where needed. Ends with the link.
   */
  forward(host: string, to: { readonly address: string; readonly port: number }): Promise<Result<Duplex>>;
  /** The held connection, or null. */
  connection(host: string): HostConnection | null;
  /** Connections coming and going, for the journal and the screen. Returns the way to stop listening. */
  subscribe(listener: (event: HostEvent) => void): () => void;
  close(): Promise<void>;
}

/* ---------- evidence ---------- */

/** The append-only journal of one run. */
export interface Journal {
  /**
   * Writes the records as one group and resolves when they are on disk (O_DSYNC), in order.
   * Rejects with a `JournalError` when the disk refuses; then nothing of the group counts as written and the file
   * has been cut back to its last whole line, so that a later append may succeed.
   */
  append(records: readonly NewRecord[]): Promise<readonly JournalRecord[]>;
  close(): Promise<void>;
}

/** One attempt's output on its way to disk: bytes in, asciicast v3 and a seal out. */
export interface OutputSink {
  /** Already redacted, recorded and tapped; a pending promise is backpressure. Rejects when the disk refuses. */
  write(stream: 'stdout' | 'stderr', chunk: Buffer): void | Promise<void>;
  /** What expectations may look at: redacted text, at most `limits.captureBytes` a stream. */
  captured(stream: 'stdout' | 'stderr'): { readonly text: string; readonly complete: boolean; readonly lines: number };
  /** Closes the recording durably (fsync) and seals it. */
  seal(exitCode: number | null): Promise<Recording>;
}

export interface OutputStore {
  /** Opens `output/<attempt>.cast` exclusively. */
  open(attempt: string, title: string): Promise<OutputSink>;
  /** Relative path that `open` will use. */
  pathFor(attempt: string): string;
  /** Seals a recording left behind by a crash (torn tail cut), or null when there is none. */
  sealLeftover(attempt: string): Promise<Recording | null>;
}

/** Live output for screens: small, bounded, never slower than the recording (what does not fit is skipped and said). */
export type OutputTap = (chunk: {
  readonly attempt: string;
  /** Redacted text, whole UTF-8 characters. */
  readonly data: string;
  /** Characters left out before `data` because the screen could not keep up; they are in the recording. */
  readonly skipped: number;
}) => void;

/** Progress within an attempt, for screens only; never recorded. */
export type ProgressTap = (progress: AttemptProgress) => void;

export interface AttemptProgress {
  readonly attempt: string;
  /** How far, and of how much when that is known; the unit is the label's business. */
  readonly done: number;
  readonly of: number | null;
  /** What is being done, in the checklist's words (a script, a file, a group of exceptions). */
  readonly label: string;
}

/** A file that was frozen with the checklist when the run began. */
export interface FrozenFile {
  /** As the checklist names it. */
  readonly path: string;
  /** Where the frozen copy lies on this computer. */
  readonly absolute: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What lies beside a run: its frozen files, the checklist's folder, and the runs before it. */
export interface RunFiles {
  /** The frozen file of this name, its hash checked again; null when it was never frozen or no longer matches. */
  frozen(path: string): Promise<FrozenFile | null>;
  /** The frozen files of a folder, by name. */
  frozenIn(folder: string): readonly string[];
  /** Where a file beside the checklist lies (not frozen: a war of two gigabytes is proved by its hash instead). */
  local(path: string): string;
  /** Earlier runs in this data folder, newest first; unreadable ones are left out. Read once. */
  history(): Promise<readonly RunState[]>;
}

/** Hides secrets in one stream of bytes, however it is cut; what may be the beginning of one is held back. */
export interface StreamRedactor {
  write(chunk: Buffer): Buffer;
  /** What was held back; nothing follows. */
  end(): Buffer;
}

/** Values that must never reach disk, screen, mirror or report. Additions take effect at once. */
export interface SecretStore {
  /** Remembers a value for redaction under a stable name; asks the person at first use where `resolve` needs it. */
  remember(name: string, value: string): void;
  known(name: string): string | null;
  /** A value that did not work: the next use asks again. It stays redacted. */
  forget(name: string): void;
  /** Every value to be redacted, as given (encodings are the redactor's business). */
  values(): readonly string[];
}
