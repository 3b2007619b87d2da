import type { z } from 'zod';
import { type Answers, type RequestName, requestSchemas } from '../../shared/contract/ipc.ts';
import type { Envelope, RejectionCode } from './channels.ts';

/** What a handler gets: the payload after parsing, never what was sent. */
export type PayloadOf<N extends RequestName> = z.output<(typeof requestSchemas)[N]>;

/** One handler a request. The compiler proves that none is missing. */
export type Handlers = {
  readonly [N in RequestName]: (payload: PayloadOf<N>) => Answers[N] | Promise<Answers[N]>;
};

/** A request that was turned away (or whose handler broke), with the reason as a code. */
export class RequestRejected extends Error {
  readonly code: RejectionCode;
  constructor(code: RejectionCode, message: string) {
    super(message);
    this.name = 'RequestRejected';
    this.code = code;
  }
}

/** Where log lines of the router go. Payloads never do: they may hold passwords. */
export interface RouterLog {
  warn(message: string): void;
  error(message: string): void;
}

export interface Router<Sender> {
  /** Answers one request; rejects with `RequestRejected`, never with anything else. */
  handle(sender: Sender, name: unknown, payload: unknown): Promise<unknown>;
  /** The same, with rejections as data for the wire. */
  answer(sender: Sender, name: unknown, payload: unknown): Promise<Envelope<unknown>>;
}

function isRequestName(name: unknown): name is RequestName {
  return typeof name === 'string' && Object.hasOwn(requestSchemas, name);
}

/** Paths and codes of what is wrong with a payload; never its values. */
function faultsOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.map(String).join('.') || 'payload'}: ${issue.code}`).join('; ');
}

/**
 * The one door between screens and the machine room: checks who asks, parses what is asked, and rejects loudly.
 * `trusted` decides on the sender (see `app/trusted-sender.ts`).
 */
export function createRouter<Sender>(options: {
  readonly trusted: (sender: Sender) => boolean;
  readonly handlers: Handlers;
  readonly log: RouterLog;
}): Router<Sender> {
  const { trusted, handlers, log } = options;

  const reject = (code: RejectionCode, message: string): never => {
    log.warn(`Request rejected (${code}): ${message}`);
    throw new RequestRejected(code, message);
  };

  async function run<N extends RequestName>(name: N, payload: PayloadOf<N>): Promise<Answers[N]> {
    try {
      return await handlers[name](payload);
    } catch (error) {
      log.error(`Handler of ${name} broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      throw new RequestRejected('handler-broke', `${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async function handle(sender: Sender, name: unknown, payload: unknown): Promise<unknown> {
    if (!trusted(sender)) return reject('bad-sender', 'The sender is not the app’s own main frame.');
    if (!isRequestName(name)) return reject('unknown-request', JSON.stringify(name)?.slice(0, 100) ?? typeof name);
    const parsed = requestSchemas[name].safeParse(payload);
    if (!parsed.success) return reject('bad-payload', `${name}: ${faultsOf(parsed.error)}`);
    return run(name, parsed.data as PayloadOf<typeof name>);
  }

  return {
    handle,
    answer: async (sender, name, payload) => {
      try {
        return { ok: true, value: await handle(sender, name, payload) };
      } catch (error) {
        if (error instanceof RequestRejected) return { ok: false, code: error.code, message: error.message };
        throw error;
      }
    },
  };
}
