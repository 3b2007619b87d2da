import { textDigest } from './digest.ts';
import { lineKind, throwableIn } from './line-kind.ts';
import { normalise, plainName } from './normalise.ts';

/** What makes two events the same trouble, and how people call it. */
export interface EventIdentity {
  /** 16 hex digits. Stays the same over hosts, restarts and builds. */
  readonly fingerprint: string;
  /** One line, e.g. `IllegalStateException: pool <n> exhausted (OrderService.save)`. */
  readonly name: string;
  /** What the fingerprint was made of, one part a line; a baseline's `match` is held against it. */
  readonly essence: string;
}

/** Frames that tell one throw from another; line numbers do not, they change with every build. */
const FRAMES = 3;
/** Throwables of one chain that are looked at. */
const CHAIN = 12;
const NAME_CHARS = 200;

/** Reflection and proxies stand between frames or not as the machine likes. */
const noise =
  /^(?:jdk\.internal\.|sun\.reflect\.|java\.lang\.reflect\.|java\.lang\.invoke\.|com\.sun\.proxy\.|jdk\.proxy\d*\.)|Proxy\.|\$\$(?:FastClass|Enhancer)/;

interface Throwable {
  readonly type: string;
  readonly message: string;
  readonly frames: string[];
  /** How it hangs on the one before: it caused it, or was merely suppressed. */
  readonly suppressed: boolean;
}

/** Who an event is, from its kept lines. */
export function identify(lines: readonly string[]): EventIdentity {
  const chain = lines.some((line) => lineKind(line) === 'traceback') ? pythonChain(lines) : stackChain(lines);
  if (chain.length === 0) return identifyLine(lines[0] ?? '');
  const essence = chain
    .map(({ type, message, frames }) => [`${type}: ${message}`, ...frames.map((frame) => `  at ${frame}`)].join('\n'))
    .join('\n');
  return { fingerprint: textDigest(essence), name: nameOf(chain), essence };
}

function stackChain(lines: readonly string[]): readonly Throwable[] {
  const chain: Throwable[] = [];
  for (const line of lines) {
    const kind = lineKind(line);
    if (kind === 'frame') addFrame(chain.at(-1), line);
    else if (kind === 'cause' || kind === 'throwable' || kind === 'class' || (kind === 'alarm' && chain.length === 0)) {
      const found = throwableIn(line);
      // An ERROR line above the throwable is not part of who it is; without one it is all there is.
      if (found === null) continue;
      if (chain.length < CHAIN) chain.push(throwableOf(found, /^\s*Suppressed:/.test(line)));
    }
  }
  if (chain.length > 0) return chain;
  return strangeThrowable(lines);
}

/** A stack below a line that names no class we know as a throwable: that line is its message. */
function strangeThrowable(lines: readonly string[]): readonly Throwable[] {
  const frames = lines.filter((line) => lineKind(line) === 'frame');
  if (frames.length === 0) return [];
  const head = lines.find((line) => lineKind(line) !== 'frame') ?? '';
  const found = { type: '', message: withoutPrefix(head), frames: [] as string[], suppressed: false };
  for (const frame of frames) addFrame(found, frame);
  return [found];
}

function throwableOf(found: { readonly type: string; readonly message: string }, suppressed: boolean): Throwable {
  return { type: plainName(found.type), message: normalise(found.message), frames: [], suppressed };
}

/** `\tat app//com.foo.Bar.baz(Bar.java:12) ~[foo.jar:1.2]` → `com.foo.Bar.baz`. */
function addFrame(to: Throwable | undefined, line: string): void {
  if (to === undefined || to.frames.length >= FRAMES) return;
  const whole = line.replace(/^\s*at (?:async )?/, '');
  if (whole === line) return;
  const open = whole.search(/ ?\(| in [/A-Z]/);
  const place = open <= 0 ? normalise(whole) : plainName(whole.slice(0, open).replace(/^(?:[\w.@-]*\/){1,2}/, ''));
  if (!noise.test(place)) to.frames.push(place);
}

/** `  File "/app/orders.py", line 12, in save` → `orders.py:save`; the innermost frames are the last ones. */
function pythonChain(lines: readonly string[]): readonly Throwable[] {
  const chain: Throwable[] = [];
  let frames: string[] = [];
  let inside = false;
  for (const line of lines) {
    const kind = lineKind(line);
    if (kind === 'traceback') {
      inside = true;
      frames = [];
      continue;
    }
    if (!inside) continue;
    const frame = /^[\t |+]*File "([^"]{0,500})", line \d+(?:, in (\S{1,200}))?/.exec(line);
    if (frame !== null) frames.push(`${(frame[1] ?? '').replace(/^.*[/\\]/, '')}:${frame[2] ?? ''}`);
    else if (/^[^\s|+]/.test(line) && chain.length < CHAIN) {
      const found = throwableIn(line) ?? pythonRaised(line);
      chain.push({ ...throwableOf(found, false), frames: frames.slice(-FRAMES).reverse() });
      inside = false;
    }
  }
  if (inside && frames.length > 0) {
    chain.push({ type: 'Traceback', message: '', frames: frames.slice(-FRAMES).reverse(), suppressed: false });
  }
  // The first traceback is the cause of the next: the one that was finally seen stands first, as in Java.
  return chain.reverse();
}

/** `KeyboardInterrupt`, `orders.OutOfStock: SKU 12`. */
function pythonRaised(line: string): { readonly type: string; readonly message: string } {
  const found = /^([\w.]{1,200})(?:: ?(.*))?$/.exec(line);
  return { type: found?.[1] ?? 'Traceback', message: found === null ? line : (found[2] ?? '') };
}

function nameOf(chain: readonly Throwable[]): string {
  const top = chain[0] as Throwable;
  const root = chain.findLast(({ suppressed }) => !suppressed) ?? top;
  const types = top === root ? shortType(top.type) : `${shortType(top.type)} ← ${shortType(root.type)}`;
  const told = [types, clip(root.message, 120)].filter((part) => part !== '').join(': ');
  const place = (root.frames[0] ?? top.frames[0] ?? '').split('.').slice(-2).join('.');
  return clip(place === '' ? told : `${told} (${place})`, NAME_CHARS);
}

function shortType(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1);
}

/** Time, level, thread, process and what else stands before a record's own words. */
const prefix =
  /^(?:\s*(?:<time>|\[[^\]]{0,200}\]|\b(?:ERROR|SEVERE|FATAL|CRITICAL|CRIT|ALERT|EMERG|EMERGENCY|PANIC|WARN|WARNING|INFO|DEBUG|TRACE|错误|严重|警告|信息)\b:?|(?:错误|严重|警告|信息)[:：]?|<n>(?:#<n>)?:?|---|[|:-](?=\s)))+\s*/;

function withoutPrefix(line: string): string {
  const plain = normalise(line);
  const rest = plain.replace(prefix, '');
  return rest === '' ? plain : rest;
}

/** The fields of a JSON record that say what happened; the others are its surroundings. */
const jsonWords =
  /"(?:message|msg|error|err|exception|exception\.message|exception\.type|error\.message|stack_trace|stack)"\s{0,4}:\s{0,4}"((?:[^"\\]|\\.){1,2000})"/g;

function wordsOf(line: string): string {
  if (!line.startsWith('{')) return withoutPrefix(line);
  const said = [...line.matchAll(jsonWords)].map((found) => normalise((found[1] ?? '').replace(/\\[ntr].*$/, '')));
  return said.length === 0 ? withoutPrefix(line) : said.join(' · ');
}

/** A line without a throwable is who its words are. */
function identifyLine(line: string): EventIdentity {
  const words = wordsOf(line);
  const essence = `line: ${words}`;
  return { fingerprint: textDigest(essence), name: clip(words, NAME_CHARS), essence };
}

/** Nothing that would steer a terminal or reorder what is read goes into a name. */
function clip(whole: string, most: number): string {
  const text = whole.replaceAll(/\p{C}/gu, '');
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
