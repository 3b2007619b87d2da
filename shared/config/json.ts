import { type ConfigReading, collect, mostDepth, type Put, unreadable } from './entries.ts';
import { childKey, indexKey } from './path.ts';

/** JSON (RFC 8259): `a.b[0]`; numbers stay as written, `{}`, `[]` and `null` stand for themselves. */
export function readJson(text: string): ConfigReading {
  return collect((put) => new JsonReader(text.replace(/^\uFEFF/, ''), put).document());
}

const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string = /"(?:[^"\\\u0000-\u001F]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const blank = /[ \t\r\n]*/y;

class JsonReader {
  readonly #text: string;
  readonly #put: Put;
  #at = 0;
  #line = 1;

  constructor(text: string, put: Put) {
    this.#text = text;
    this.#put = put;
  }

  document(): void {
    this.#value('', 0);
    this.#skip();
    if (this.#at < this.#text.length) this.#stop();
  }

  #value(key: string, depth: number): void {
    if (depth > mostDepth) unreadable(`nested deeper than ${mostDepth}`, this.#line);
    this.#skip();
    const line = this.#line;
    const next = this.#text[this.#at];
    if (next === '{') this.#object(key, depth, line);
    else if (next === '[') this.#array(key, depth, line);
    else if (next === '"') this.#put(key, this.#string(), line);
    else this.#put(key, this.#take(literal), line);
  }

  #object(key: string, depth: number, line: number): void {
    this.#at += 1;
    if (this.#takes('}')) {
      this.#put(key, '{}', line);
      return;
    }
    do {
      this.#skip();
      const name = this.#string();
      if (!this.#takes(':')) this.#stop();
      this.#value(childKey(key, name), depth + 1);
    } while (this.#takes(','));
    if (!this.#takes('}')) this.#stop();
  }

  #array(key: string, depth: number, line: number): void {
    this.#at += 1;
    if (this.#takes(']')) {
      this.#put(key, '[]', line);
      return;
    }
    let index = 0;
    do {
      this.#value(indexKey(key, index), depth + 1);
      index += 1;
    } while (this.#takes(','));
    if (!this.#takes(']')) this.#stop();
  }

  #string(): string {
    return JSON.parse(this.#take(string)) as string;
  }

  #takes(character: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) this.#stop();
    this.#at += found.length;
    return found;
  }

  #skip(): void {
    blank.lastIndex = this.#at;
    const skipped = blank.exec(this.#text)?.[0] ?? '';
    this.#at += skipped.length;
    this.#line += skipped.split('\n').length - 1;
  }

  #stop(): never {
    const found = this.#text[this.#at];
    return unreadable(
      found === undefined ? 'the end came too early' : `unexpected ${JSON.stringify(found)}`,
      this.#line,
    );
  }
}
