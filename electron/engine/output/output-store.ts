import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Recording } from '../../../shared/contract/events.ts';
import { syncFolder } from '../journal/torn.ts';
import type { Clock, OutputSink, OutputStore, OutputTap, SecretStore } from '../ports.ts';
import { Capture } from './capture.ts';
import { Decoder } from './decoder.ts';
import { sealLeftoverFile } from './leftover.ts';
import { LiveTap } from './live-tap.ts';
import { Recorder } from './recorder.ts';
import { createMatcherSource, type MatcherSource, Redactor } from './redactor.ts';
import { Tail } from './tail.ts';

/** What the outputs of a run need. */
export interface OutputStoreOptions {
  /** The run's folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly secrets: Pick<SecretStore, 'values'>;
  readonly tap: OutputTap;
}

/** One of a command's two streams: redactor → decoder → capture. Text stays UTF-8 bytes until somebody reads it. */
class Stream {
  readonly capture = new Capture();
  readonly decoder = new Decoder();
  private readonly redactor: Redactor;

  constructor(source: MatcherSource) {
    this.redactor = new Redactor(source);
  }

  /** Redacted text of a chunk; of what was held back when `chunk` is null. */
  pass(chunk: Buffer | null): Buffer {
    const clean = chunk === null ? this.redactor.end() : this.redactor.write(chunk);
    const decoded = this.decoder.write(clean);
    const text = chunk === null ? Buffer.concat([decoded, this.decoder.end()]) : decoded;
    this.capture.write(text);
    return text;
  }
}

class FileSink implements OutputSink {
  private readonly streams: Readonly<Record<'stdout' | 'stderr', Stream>>;
  private readonly recorder: Recorder;
  private readonly live: LiveTap;
  private readonly tail = new Tail();
  private readonly path: { readonly full: string; readonly relative: string };

  constructor(recorder: Recorder, live: LiveTap, source: MatcherSource, path: FileSink['path']) {
    this.recorder = recorder;
    this.live = live;
    this.path = path;
    this.streams = { stdout: new Stream(source), stderr: new Stream(source) };
  }

  write(stream: 'stdout' | 'stderr', chunk: Buffer): void | Promise<void> {
    return this.record(this.streams[stream].pass(chunk));
  }

  captured(stream: 'stdout' | 'stderr'): { readonly text: string; readonly complete: boolean; readonly lines: number } {
    return this.streams[stream].capture.read();
  }

  async seal(exitCode: number | null): Promise<Recording> {
    const { stdout, stderr } = this.streams;
    // A refused write shows in the recorder's seal too, which also closes the file.
    const last = Promise.resolve(this.record(Buffer.concat([stdout.pass(null), stderr.pass(null)])));
    last.catch(() => undefined);
    this.live.flush();
    const sealed = await this.recorder.seal(exitCode);
    await last;
    await syncFolder(dirname(this.path.full));
    return {
      path: this.path.relative,
      ...sealed,
      lines: stdout.capture.read().lines + stderr.capture.read().lines,
      tail: this.tail.read(),
      undecodable: stdout.decoder.undecodable + stderr.decoder.undecodable,
    };
  }

  private record(text: Buffer): void | Promise<void> {
    if (text.length === 0) return;
    this.tail.write(text);
    this.live.write(text);
    return this.recorder.write(text);
  }
}

/** Recordings of a run under `output/`: bytes in; redacted, recorded and hashed, captured and shown. */
export function createOutputStore({ folder, clock, secrets, tap }: OutputStoreOptions): OutputStore {
  const source = createMatcherSource(secrets);
  const pathFor = (attempt: string) => `output/${attempt}.cast`;
  return {
    pathFor,
    open: async (attempt, title) => {
      const path = { relative: pathFor(attempt), full: join(folder, pathFor(attempt)) };
      await mkdir(dirname(path.full), { recursive: true, mode: 0o700 });
      const recorder = await Recorder.create(path.full, clock, title);
      return new FileSink(recorder, new LiveTap(attempt, tap), source, path);
    },
    sealLeftover: (attempt) => sealLeftoverFile(join(folder, pathFor(attempt)), pathFor(attempt), attempt, clock),
  };
}
