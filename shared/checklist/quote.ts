/**
 * Puts values into shell commands so that the shell reads them as data. Follows POSIX.1-2017 XCU 2.2 (Quoting) and
 * 2.6 (Word Expansions); where shells differ or the place cannot be known for sure, it refuses instead of guessing.
 */

/** What a variable stands for. */
export type Substitute =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'secret'; readonly name: string };

/** One variable that could not be put in. `place` says where it stands, for the sentence. */
export interface QuoteProblem {
  readonly code: 'variable-place-unsafe' | 'variable-syntax' | 'command-unfinished';
  readonly written: string;
  readonly place: Place;
}

/** Where in a command a variable stands. */
export type Place =
  | 'unquoted'
  | 'single'
  | 'double'
  | 'ansi'
  | 'comment'
  | 'heredoc'
  | 'backticks'
  | 'arithmetic'
  | 'braces'
  | 'escape'
  | 'unclear';

export interface QuotedCommand {
  readonly command: string;
  /** Names of the secrets used, each once, in order of first use. */
  readonly secrets: readonly string[];
  readonly problems: readonly QuoteProblem[];
}

/** Values of only these characters mean themselves everywhere in a command. */
const harmless = /^[A-Za-z0-9_./:@%+=,-]+$/;

/** A value as one shell word. */
export function shellQuote(value: string): string {
  return harmless.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** The shell variable a secret travels in: `db-password` → `CS_DB_PASSWORD`. */
export function secretVariable(name: string): string {
  return `CS_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/** One open construct. `depth` counts the parentheses opened inside it. */
interface Frame {
  readonly type: 'top' | 'substitution' | 'arithmetic' | 'braces' | 'backticks';
  quote: 'none' | 'single' | 'double' | 'ansi';
  depth: number;
}

const variable = /\$\{([A-Za-z_][A-Za-z0-9_.-]*)\}/y;
const heredocStart = /<<(-?)[ \t]*(?:'([^'\n]*)'|"([^"\n]*)"|(\\?[^\s;&|()<>'"]+))/y;

/**
 * Puts variables into a command. `${name}` is asked of `lookUp` (null: leave a gap, the caller has reported it);
 * `$${…}` is the shell's own `${…}`.
 */
export function substituteCommand(template: string, lookUp: (name: string) => Substitute | null): QuotedCommand {
  return new Scanner(template, lookUp).scan();
}

class Scanner {
  private readonly frames: Frame[] = [{ type: 'top', quote: 'none', depth: 0 }];
  private readonly secrets = new Set<string>();
  private readonly problems: QuoteProblem[] = [];
  private readonly template: string;
  private readonly lookUp: (name: string) => Substitute | null;
  private output = '';
  private at = 0;
  /** Something was met after which quotes can no longer be followed for sure. */
  private lost = false;
  private inComment = false;
  /** The position right behind an escaped character or a closed substitution: a word goes on there, whatever it was. */
  private glued = -1;
  private heredocs: { readonly word: string; readonly stripTabs: boolean }[] = [];
  private heredocEnd = 0;

  constructor(template: string, lookUp: (name: string) => Substitute | null) {
    this.template = template;
    this.lookUp = lookUp;
  }

  scan(): QuotedCommand {
    while (this.at < this.template.length) this.step();
    if (!this.lost && (this.frames.length > 1 || this.frame.quote !== 'none')) {
      this.problems.push({ code: 'command-unfinished', written: this.template.slice(0, 40), place: this.place() });
    }
    return { command: this.output, secrets: [...this.secrets], problems: this.problems };
  }

  private get frame(): Frame {
    return this.frames[this.frames.length - 1] as Frame;
  }

  private step(): void {
    if (this.template.startsWith('$${', this.at)) {
      // Our escape: what the shell gets is `${`.
      this.at += 1;
      if (this.at < this.heredocEnd || this.inComment || /single|ansi/.test(this.frame.quote)) this.copy(2);
      else this.open('braces', 2, 0);
    } else if (this.template.startsWith('${', this.at)) this.putVariable('none');
    else if (this.at < this.heredocEnd) this.copy(1);
    else if (this.inComment) this.inComment = this.copy(1) !== '\n' || this.afterNewline();
    else if (this.frame.quote === 'single') this.stepSingle();
    else if (this.frame.quote === 'ansi') this.stepAnsi();
    else this.stepOpen();
  }

  private copy(count: number): string {
    const characters = this.template.slice(this.at, this.at + count);
    this.output += characters;
    this.at += count;
    return characters;
  }

  private stepSingle(): void {
    if (this.copy(1) === "'") this.frame.quote = 'none';
  }

  /** `$'…'` is not POSIX: dash reads it as `$` and a single-quoted word, so an escaped quote ends all certainty. */
  private stepAnsi(): void {
    const character = this.copy(1);
    if (character === "'") this.frame.quote = 'none';
    else if (character === '\\') {
      if (this.template[this.at] === "'") this.lost = true;
      this.copyEscaped();
    }
  }

  /** Unquoted, or inside double quotes. */
  private stepOpen(): void {
    const { frame, template, at } = this;
    const character = template[at];
    const quoted = frame.quote === 'double';
    if (character === '\\') {
      this.copy(1);
      this.copyEscaped();
    } else if (template.startsWith('$((', at)) this.open('arithmetic', 3, 2);
    else if (template.startsWith('$(', at)) this.open('substitution', 2, 1);
    else if (character === '`') this.backtick();
    else if (character === '"') this.doubleQuote(quoted);
    else if (quoted) this.stepBraces();
    else this.stepUnquoted(character);
  }

  private stepUnquoted(character: string | undefined): void {
    const { frame, template, at } = this;
    if (character === "'") {
      if (frame.type === 'braces' || frame.type === 'arithmetic') this.lost = true;
      frame.quote = template[at - 1] === '$' ? 'ansi' : 'single';
      if (template[at - 1] === '$' && template[at - 2] === '$') this.lost = true;
      this.copy(1);
    } else if (character === '#' && this.atWordStart()) {
      this.inComment = true;
      this.copy(1);
    } else if (character === '<') this.redirect();
    else if (character === '\n') {
      this.copy(1);
      this.afterNewline();
    } else if (character === '(' || character === ')') {
      // bash reads `((` as arithmetic, where quotes mean something else; other shells as two subshells.
      if (template.startsWith('((', at)) this.lost = true;
      this.parenthesis(character);
    } else this.stepBraces();
  }

  private stepBraces(): void {
    const { frame, template, at } = this;
    if (template[at] === '}' && frame.type === 'braces' && frame.quote === 'none') {
      this.frames.pop();
    } else if (frame.type === 'substitution' && frame.quote === 'none' && this.caseStartsHere()) {
      // `case x in a) …`: its lone `)` cannot be told from the end of `$(`.
      this.lost = true;
    }
    this.copy(1);
  }

  private caseStartsHere(): boolean {
    return this.atWordStart() && /^case\s/.test(this.template.slice(this.at, this.at + 5));
  }

  private atWordStart(): boolean {
    return this.at === 0 || (this.at !== this.glued && /[\s;&|()`]/.test(this.template[this.at - 1] as string));
  }

  /** A backslash takes the next character with it, unless that is one of our variables. */
  private copyEscaped(): void {
    if (this.template.startsWith('$${', this.at)) return;
    if (this.template.startsWith('${', this.at)) this.putVariable('escape');
    else if (this.at < this.template.length) {
      if (this.template[this.at] === '\n' && this.joinsTokens()) this.lost = true;
      this.copy(1);
      this.glued = this.at;
    }
  }

  /** A backslash at the end of a line may glue `$` to `(` or `foo` to `#`. */
  private joinsTokens(): boolean {
    const before = this.template[this.at - 2] ?? ' ';
    const after = this.template[this.at + 1] ?? ' ';
    if (this.frame.quote === 'double') return before === '$';
    // Whether a word goes on here depends on all that stands before; these two would read differently.
    if (/^(#|case\s)/.test(this.template.slice(this.at + 1, this.at + 6))) return true;
    return /[^\s;&|]/.test(before) && /\S/.test(after);
  }

  private open(type: Frame['type'], length: number, depth: number): void {
    this.copy(length);
    this.frames.push({ type, quote: 'none', depth });
  }

  private backtick(): void {
    this.copy(1);
    const inside = this.frames.findLastIndex((frame) => frame.type === 'backticks');
    if (inside === -1) this.frames.push({ type: 'backticks', quote: 'none', depth: 0 });
    else {
      if (inside !== this.frames.length - 1 || this.frame.quote !== 'none') this.lost = true;
      this.frames.length = inside;
      this.glued = this.at;
    }
  }

  private doubleQuote(quoted: boolean): void {
    if (this.frame.type === 'braces' || this.frame.type === 'arithmetic') this.lost = true;
    this.frame.quote = quoted ? 'none' : 'double';
    this.copy(1);
  }

  private parenthesis(character: '(' | ')'): void {
    const { frame } = this;
    this.copy(1);
    if (frame.type !== 'substitution' && frame.type !== 'arithmetic') return;
    frame.depth += character === '(' ? 1 : -1;
    if (frame.depth > 0) return;
    if (this.heredocs.length > 0) this.lost = true;
    this.frames.pop();
    this.glued = this.at;
  }

  private redirect(): void {
    const { frame, template, at } = this;
    heredocStart.lastIndex = at;
    const match = frame.type === 'arithmetic' || template.startsWith('<<<', at) ? null : heredocStart.exec(template);
    if (match === null) {
      this.copy(template.startsWith('<<<', at) ? 3 : 1);
      return;
    }
    const word = match[2] ?? match[3] ?? (match[4] ?? '').replace(/^\\/, '');
    const next = template[at + match[0].length] ?? '';
    if (/[$`\\'"]/.test(word + next) || frame.type === 'backticks') this.lost = true;
    this.heredocs.push({ word, stripTabs: match[1] === '-' });
    if (this.lost) this.copy(2);
    else this.copy(match[0].length);
  }

  /** Bodies of here-documents start on the line after the one that names them. Always false, for `inComment`. */
  private afterNewline(): false {
    let end = this.at;
    for (const { word, stripTabs } of this.heredocs) {
      for (let closed = false; !closed && end < this.template.length; ) {
        const newline = this.template.indexOf('\n', end);
        const lineEnd = newline === -1 ? this.template.length : newline;
        const line = this.template.slice(end, lineEnd);
        closed = (stripTabs ? line.replace(/^\t+/, '') : line) === word;
        end = Math.min(lineEnd + 1, this.template.length);
      }
    }
    if (this.heredocs.length > 0) this.heredocEnd = end;
    this.heredocs = [];
    return false;
  }

  private place(): Place {
    if (this.lost) return 'unclear';
    if (this.at < this.heredocEnd) return 'heredoc';
    if (this.inComment) return 'comment';
    const special = this.frames.find((frame) => frame.type !== 'top' && frame.type !== 'substitution');
    if (special !== undefined) return special.type as Place;
    return this.frame.quote === 'none' ? 'unquoted' : this.frame.quote;
  }

  private putVariable(before: 'none' | 'escape'): void {
    variable.lastIndex = this.at;
    const match = variable.exec(this.template);
    const place = before === 'escape' ? 'escape' : this.place();
    if (match === null) {
      const end = this.template.indexOf('}', this.at);
      const written = this.template.slice(this.at, end === -1 ? this.at + 20 : Math.min(end + 1, this.at + 60));
      this.problems.push({ code: 'variable-syntax', written, place });
      this.copy(2);
      return;
    }
    this.at += match[0].length;
    const found = this.lookUp(match[1] as string);
    if (found === null) return;
    const put = found.type === 'secret' ? secretIn(place, found.name) : valueIn(place, found.value);
    if (found.type === 'secret') this.secrets.add(found.name);
    if (put === null) this.problems.push({ code: 'variable-place-unsafe', written: match[0], place });
    else this.output += put;
  }
}

/** A value as it must be written at this place; null where no way of writing it is safe. */
function valueIn(place: Place, value: string): string | null {
  if (harmless.test(value)) return value;
  if (place === 'unquoted') return shellQuote(value);
  if (place === 'double') return value.replaceAll(/[\\$"`]/g, '\\$&');
  if (place === 'single') return value.replaceAll("'", "'\\''");
  return null;
}

/** A secret as the expansion of its shell variable; null where the shell would not expand it. */
function secretIn(place: Place, name: string): string | null {
  const expansion = secretVariable(name);
  if (place === 'unquoted') return `"$${expansion}"`;
  if (place === 'double') return `\${${expansion}}`;
  if (place === 'single') return `'"$${expansion}"'`;
  return null;
}
