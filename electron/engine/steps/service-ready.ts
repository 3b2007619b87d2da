import { RE2JS } from 're2js';
import type { LineTest, Readiness } from '../../../shared/steps/actions/process.ts';
import { exchange } from './http-exchange.ts';
import { defaultPlace } from './http-fetch.ts';
import type { Look } from './process-watch.ts';
import { type LogMark, ServiceLog } from './service-log.ts';
import { listens } from './service-sense.ts';
import type { StepContext } from './step-runner.ts';

/** How many new lines of the log are kept for the screen and the report. */
const keptLines = 20;
const httpTimeoutMs = 5_000;
const httpBytes = 256 * 1024;

/** Watches whether what was started is ready: a new line of the log, a port, an answer over HTTP; all that are asked. */
export class ReadyWatch {
  readonly #context: StepContext;
  readonly #ready: Readiness;
  readonly #log: ServiceLog | null;
  readonly #lines: string[] = [];
  #readyLine: string | null = null;
  #failureLine: string | null = null;
  #portOpen = false;
  #answer: string | null = null;
  #answered = false;

  constructor(context: StepContext, ready: Readiness, log: ServiceLog | null) {
    this.#context = context;
    this.#ready = ready;
    this.#log = log;
  }

  /** Reads on from a mark that an earlier attempt wrote down. */
  static fromMark(context: StepContext, ready: Readiness, mark: LogMark | null): ReadyWatch {
    const log = ready.log === null || mark === null ? null : new ServiceLog(ready.log.path, mark);
    return new ReadyWatch(context, ready, log);
  }

  /** What the next look is to read of the log. */
  get place() {
    return this.#log?.place ?? null;
  }

  get lines(): string[] {
    return [...this.#lines];
  }

  /** The line that says that the start failed, or null. */
  get failureLine(): string | null {
    return this.#failureLine;
  }

  /** Takes one look in; then asks over HTTP, where everything else holds already. */
  async take(look: Look): Promise<void> {
    this.#takeLog(look);
    this.#portOpen = listens(look, this.#ready.port);
    if (this.#ready.http !== null && !this.#answered && this.#missing(false).length === 0)
      await this.#ask(this.#ready.http);
  }

  /** What is still missing, in the words of the checks; empty when ready. */
  get missing(): readonly string[] {
    return this.#missing(true);
  }

  /** What was asked for and what was found, for the checks. */
  get findings(): readonly {
    readonly subject: string;
    readonly expected: string;
    readonly found: string;
    readonly holds: boolean;
  }[] {
    const { log, port, http } = this.#ready;
    return [
      ...(log === null
        ? []
        : [
            {
              subject: 'log',
              expected: testWords(log.ready),
              found: this.#readyLine ?? 'no such line',
              holds: this.#readyLine !== null,
            },
          ]),
      ...(port === null
        ? []
        : [
            {
              subject: 'port',
              expected: `${port} listening`,
              found: this.#portOpen ? 'listening' : 'nobody listens',
              holds: this.#portOpen,
            },
          ]),
      ...(http === null
        ? []
        : [
            {
              subject: 'http',
              expected: httpWords(http),
              found: this.#answer ?? 'not asked yet',
              holds: this.#answered,
            },
          ]),
    ];
  }

  #missing(withHttp: boolean): readonly string[] {
    return this.findings
      .filter((one) => !one.holds && (withHttp || one.subject !== 'http'))
      .map((one) => `${one.subject}: ${one.expected} (${one.found})`);
  }

  #takeLog(look: Look): void {
    const tests = this.#ready.log;
    if (this.#log === null || tests === null) return;
    const { lines, bytes } = this.#log.take(look.log);
    if (bytes.length > 0) writeOut(this.#context, bytes);
    for (const line of lines) {
      this.#failureLine ??= holds(tests.failed, line) ? line.slice(0, 1_000) : null;
      this.#readyLine ??= holds(tests.ready, line) ? line.slice(0, 1_000) : null;
      this.#lines.push(line.slice(0, 1_000));
    }
    this.#lines.splice(0, this.#lines.length - keptLines);
  }

  async #ask(http: NonNullable<Readiness['http']>): Promise<void> {
    const url = new URL(http.url);
    const { hosts, target, clock, cancelled } = this.#context;
    const { answer, failure } = await exchange({
      method: 'GET',
      url,
      to: defaultPlace(url),
      headers: [],
      body: null,
      authorities: [],
      timeoutMs: httpTimeoutMs,
      mostBytes: httpBytes,
      clock,
      cancelled,
      dial: (to) => hosts.forward(target, to),
    });
    if (answer === null) {
      this.#answer = failure === null ? 'no answer' : `no answer: ${failure.code}`;
      return;
    }
    const { status } = answer;
    const rightStatus = http.status === null ? status >= 200 && status < 400 : status === http.status;
    const rightBody = http.contains === null || answer.body.toString('utf8').includes(http.contains);
    this.#answered = rightStatus && rightBody;
    this.#answer = `${status}${rightBody ? '' : ', without the text'}`;
  }
}

function httpWords({ url, status, contains }: NonNullable<Readiness['http']>): string {
  return `${url} answers ${status ?? '200–399'}${contains === null ? '' : ` with ${JSON.stringify(contains)}`}`;
}

function testWords(tests: readonly LineTest[]): string {
  return tests.map(({ test, value }) => `${test} ${JSON.stringify(value)}`).join(' or ');
}

/** Patterns of one step are few and used on every line. */
const compiled = new Map<string, RE2JS>();

function holds(tests: readonly LineTest[], line: string): boolean {
  return tests.some(({ test, value }) =>
    test === 'contains' ? line.includes(value) : matcher(value).matcher(line).find(),
  );
}

function matcher(value: string): RE2JS {
  const known = compiled.get(value);
  if (known !== undefined) return known;
  if (compiled.size > 100) compiled.clear();
  const made = RE2JS.compile(value);
  compiled.set(value, made);
  return made;
}

/** The log's own lines belong into the recording; one that fails is found when it is sealed. */
function writeOut({ output }: StepContext, bytes: Buffer): void {
  try {
    void Promise.resolve(output.write('stdout', bytes)).catch(() => {});
  } catch {
    // As above.
  }
}
