/**
 * The only way from data to HTML. `html` escapes every value put into it; only what another `html` made goes in as
 * it is. There is no function that marks foreign text as safe.
 */

/** Finished markup. Its constructor stays in this file, so nothing else can claim to be finished. */
class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}
export type Html = Markup;

/** What may be put into a template: null and false leave nothing. */
export type Part = Html | string | number | null | false | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that print as nothing or turn the line around; shown as U+FFFD so that the page cannot lie. */
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]|\p{Surrogate}/gu;

/** The text as everybody will see it: line ends are `\n`, what cannot be seen is shown as U+FFFD. */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(INVISIBLE, '\uFFFD');
}

/** Text for an element's content or a double-quoted attribute. */
export function escapeText(text: string): string {
  return visible(text).replace(/[&<>"']/g, (found) => entities[found] ?? '');
}

function render(part: Part): string {
  if (part === null || part === false) return '';
  if (part instanceof Markup) return part.toString();
  if (typeof part === 'object') return part.map(render).join('');
  return escapeText(String(part));
}

/** Markup with escaped values: html`<td class="${name}">${text}</td>`. Attributes must stand in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] ?? '';
  for (const [index, part] of parts.entries()) text += render(part) + (strings[index + 1] ?? '');
  return new Markup(text);
}
