import ssh2, { type AnyAuthMethod, type AuthHandlerMiddleware, type ParsedKey } from 'ssh2';
import type { Failure, FailureCode } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Prompter, SecretStore } from '../ports.ts';
import { type Destination, destinationParams } from './failures.ts';
import { type Identities, type Identity, type IdentityProblem, KeyNotOpened } from './identities.ts';
import type { WhileAsking } from './key-files.ts';

export interface AuthContext {
  readonly to: Destination;
  readonly identities: Identities;
  readonly prompter: Prompter;
  /** Answers are kept here while the run lives, so that a reconnect does not ask again; a refused one is forgotten. */
  readonly secrets: SecretStore;
  /** Runs `work` with the connect timeout stopped and the place among the connecting given up: a person is slow. */
  readonly whileAsking: WhileAsking;
  /** False once the connection is gone: an answer that comes later is not sent. */
  readonly stillOpen: () => boolean;
}

export interface Authentication {
  readonly handler: AuthHandlerMiddleware;
  /** The method tried last; after success, the one that got us in. */
  method(): string;
  /** Why nobody got in. */
  failure(cause: unknown): Failure;
}

/** What the server said after an attempt: methods that can continue. */
type Offer = readonly string[];
type Attempts = AsyncGenerator<AnyAuthMethod, void, Offer>;

/** Times a person is asked for a password or for keyboard-interactive answers. */
const askedAtMost = 3;

class OneKey extends ssh2.BaseAgent<ParsedKey> {
  readonly #identity: Identity;
  readonly #key: ParsedKey;
  readonly #context: AuthContext;
  readonly #problems: IdentityProblem[];
  constructor(identity: Identity, key: ParsedKey, context: AuthContext, problems: IdentityProblem[]) {
    super();
    this.#identity = identity;
    this.#key = key;
    this.#context = context;
    this.#problems = problems;
  }
  override getIdentities(done: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
    done(undefined, [this.#key]);
  }
  override sign(
    key: ParsedKey,
    data: Buffer,
    options: unknown,
    done?: (error: Error | undefined, signature?: Buffer) => void,
  ): void {
    const { hash } = options as { readonly hash?: string };
    this.#identity.sign(key, data, hash, this.#context.whileAsking).then(
      (signature) => {
        if (this.#context.stillOpen()) done?.(undefined, signature);
      },
      (error: unknown) => {
        if (error instanceof KeyNotOpened) this.#problems.push(error.problem);
        if (this.#context.stillOpen()) done?.(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }
}

/** How ssh2 is told to give up; its types do not know it. */
const nothingLeft = false as unknown as 'none';

/**
 * Methods in OpenSSH's order: none (which makes the server name its methods), keys, keyboard-interactive, password.
 * Several in a row are fine where the server wants more than one.
 */
export function authenticate(context: AuthContext): Authentication {
  const tried: string[] = [];
  const problems: IdentityProblem[] = [...context.identities.problems];
  let current = 'none';
  let offer: Offer = [];
  let started = false;

  const attempts = (async function* (): Attempts {
    let offered = yield { type: 'none', username: context.to.user };
    const keys = [...context.identities.offer];
    const person = { gaveUp: false };
    const interactive = interactiveAttempts(context, tried, person);
    const passwords = passwordAttempts(context, tried, person);
    for (;;) {
      let next: IteratorResult<AnyAuthMethod, void> = { done: true, value: undefined };
      const key = offered.includes('publickey') ? keys.shift() : undefined;
      if (key !== undefined) {
        const opened = key.publicKey ?? (await openToLearn(key, context, problems));
        if (opened === null) continue;
        current = key.source;
        tried.push(`${key.source} ${key.label}`);
        const agent = new OneKey(key, opened, context, problems);
        next = { done: false, value: { type: 'agent', username: context.to.user, agent } };
      }
      if (next.done && offered.includes('keyboard-interactive') && !person.gaveUp) {
        current = 'keyboard-interactive';
        next = await interactive.next();
      }
      if (next.done && offered.includes('password') && !person.gaveUp) {
        current = 'password';
        next = await passwords.next();
      }
      if (next.done) return;
      offered = yield next.value;
    }
  })();

  const handler: AuthHandlerMiddleware = (left, _partial, next) => {
    // Null before the first attempt, whatever the types say.
    offer = (left as readonly string[] | null) ?? offer;
    const step = started ? attempts.next(offer) : attempts.next();
    started = true;
    step.then(
      ({ done, value }) => {
        if (context.stillOpen()) next(done || value === undefined ? nothingLeft : value);
      },
      () => next(nothingLeft),
    );
  };
  return {
    handler,
    method: () => current,
    failure: (cause) => authFailure(context.to, tried, offer, problems, cause),
  };
}

/** A key whose public half is nowhere in clear: it has to be opened before it can be offered. */
async function openToLearn(
  key: Identity,
  { whileAsking }: AuthContext,
  problems: IdentityProblem[],
): Promise<ParsedKey | null> {
  const opened = await key.open(whileAsking);
  if (opened.ok) return opened.key;
  problems.push({ file: key.label, problem: opened.problem, cause: opened.cause });
  return null;
}

/** Set when a question was cancelled or nobody was there: then no further question is asked. */
interface Person {
  gaveUp: boolean;
}

/** The name an answer is remembered by. */
function slot(kind: AskedKind, to: Destination, label: string): string {
  return `${kind} ${to.user}@${to.address}:${to.port} ${label}`.trim();
}

async function* passwordAttempts(context: AuthContext, tried: string[], person: Person): Attempts {
  const { to, secrets } = context;
  const mine = slot('password', to, '');
  let password = secrets.known(mine);
  for (let asked = 0; ; ) {
    if (password === null) {
      if (asked === askedAtMost) return;
      asked += 1;
      const answers = await ask(context, 'password', { try: String(asked) }, [{ label: '', secret: true }]);
      password = answers?.[0] ?? null;
    }
    if (password === null) {
      tried.push('password (no answer)');
      person.gaveUp = true;
      return;
    }
    tried.push('password');
    yield { type: 'password', username: to.user, password };
    secrets.forget(mine);
    password = null;
  }
}

/** A single hidden field that asks for a password is the same answer next time; anything else may be a one-time code. */
const reusable = /password|passwort|mot de passe|密码|口令/i;

async function* interactiveAttempts(context: AuthContext, tried: string[], person: Person): Attempts {
  const { to, secrets } = context;
  for (let asked = 1; asked <= askedAtMost && !person.gaveUp; asked++) {
    const used = new Set<string>();
    tried.push('keyboard-interactive');
    yield {
      type: 'keyboard-interactive',
      username: to.user,
      prompt: (name, instructions, _language, prompts, finish) => {
        const fields = prompts.map((prompt) => ({ label: prompt.prompt.trim(), secret: prompt.echo !== true }));
        const only = fields.length === 1 && fields[0]?.secret === true ? fields[0].label : '';
        const mine = slot('keyboard-interactive', to, only);
        const kept = reusable.test(only) && !used.has(mine) ? secrets.known(mine) : null;
        used.add(mine);
        if (kept !== null) {
          finish([kept]);
          return;
        }
        const params = { name, instructions, try: String(asked) };
        void ask(context, 'keyboard-interactive', params, fields).then((answers) => {
          if (answers === null) person.gaveUp = true;
          if (context.stillOpen()) finish([...(answers ?? [])]);
        });
      },
    };
    if (person.gaveUp) tried[tried.length - 1] = 'keyboard-interactive (no answer)';
    for (const mine of used) secrets.forget(mine);
  }
}

type AskedKind = 'password' | 'keyboard-interactive';

/** Asks, and remembers every hidden answer at once, so that it is redacted from whatever follows. */
async function ask(
  { to, prompter, secrets, whileAsking }: AuthContext,
  kind: AskedKind,
  params: Readonly<Record<string, string>>,
  fields: readonly { readonly label: string; readonly secret: boolean }[],
): Promise<readonly string[] | null> {
  const answers = await whileAsking(() =>
    prompter.ask({ kind, host: to.host, params: { ...destinationParams(to), ...params }, fields }),
  );
  for (const [index, field] of fields.entries()) {
    const answer = answers?.[index];
    if (field.secret && answer !== undefined) secrets.remember(slot(kind, to, field.label), answer);
  }
  return answers;
}

const codeOfProblem = {
  'wrong-passphrase': 'key-passphrase-wrong',
  'no-passphrase': null,
  unreadable: 'key-unreadable',
  missing: 'key-unreadable',
  'agent-unreachable': 'agent-unreachable',
} as const satisfies Record<IdentityProblem['problem'], FailureCode | null>;

/**
 * `tried` and `offered` are lists for the sentence. A key that would not open is named as the reason only when
 * it was all there was: a person who also mistyped the password needs to hear about the password.
 */
function authFailure(
  to: Destination,
  tried: readonly string[],
  offer: Offer,
  problems: readonly IdentityProblem[],
  cause: unknown,
): Failure {
  const params = { ...destinationParams(to), tried: summary(tried), offered: offer.join(', ') };
  const asked = tried.some((method) => method === 'password' || method === 'keyboard-interactive');
  const wrong = problems.find((problem) => problem.problem === 'wrong-passphrase');
  const decisive =
    wrong ?? (tried.length === 0 ? problems.find((each) => codeOfProblem[each.problem] !== null) : undefined);
  const code = decisive === undefined || asked ? null : codeOfProblem[decisive.problem];
  if (decisive === undefined || code === null) return failure('auth-failed', params, problemText(problems) ?? cause);
  return failure(code, { ...params, file: decisive.file ?? '' }, decisive.cause);
}

function problemText(problems: readonly IdentityProblem[]): string | null {
  return problems.length === 0 ? null : problems.map(({ file, cause }) => `${file ?? ''}: ${cause}`).join('; ');
}

/** `password, password, password` becomes `password ×3`. */
function summary(tried: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const method of tried) counts.set(method, (counts.get(method) ?? 0) + 1);
  const words = [...counts].map(([method, count]) => (count > 1 ? `${method} ×${count}` : method));
  return words.length === 0 ? 'none' : words.join(', ').slice(0, 2_000);
}
