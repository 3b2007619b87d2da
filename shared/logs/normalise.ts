/**
 * Takes out of a log message what differs from one time to the next, so that the same trouble always reads the same.
 * Every pattern is linear on the clipped line, because a host decides what stands in a log.
 */

/** Longer messages are compared by their beginning. Characters. */
const LONGEST = 2_000;

const clock = String.raw`\d{1,2}:\d{2}:\d{2}(?:[.,:]\d{1,9})?`;
const zone = String.raw`(?: ?(?:Z\b|UTC\b|[+-]\d{2}:?\d{2}\b))?`;

/** In the order they are applied: what is more telling comes before what would tear it apart. */
const rules: readonly (readonly [pattern: RegExp, mark: string | ((found: string) => string)])[] = [
  // Colours.
  [/\u001b\[[0-9;]{0,20}m/g, ''],
  // 2026-11-20T22:04:12.123+08:00, 2026/11/20 22:04:12, 20-Nov-2026 22:04:12.123
  [new RegExp(String.raw`\b\d{4}[-/.]\d{2}[-/.]\d{2}[T ]${clock}${zone}`, 'g'), '<time>'],
  [new RegExp(String.raw`\b\d{1,2}[-/ ][A-Z][a-z]{2}[-/ ]\d{4}[ :]${clock}${zone}`, 'g'), '<time>'],
  // Nov 20 22:04:12 2026, Fri Nov 20 22:04:12 CST 2026
  [new RegExp(String.raw`\b[A-Z][a-z]{2} {1,2}\d{1,2} ${clock}(?: [A-Z]{3,4})?(?: \d{4}\b)?`, 'g'), '<time>'],
  [/\b\d{4}[-/]\d{2}[-/]\d{2}\b/g, '<time>'],
  [new RegExp(String.raw`\b${clock}${zone}`, 'g'), '<time>'],
  [/\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b/g, '<uuid>'],
  // Quotes that enclose, not the apostrophe in "can't".
  [/"[^"\n]{0,500}"/g, quoted],
  [/(?<![\p{L}\p{N}_])'[^'\n]{0,500}'(?![\p{L}\p{N}_])/gu, quoted],
  [/`[^`\n]{0,500}`/g, quoted],
  [/[“‘「『][^”’」』\n]{0,500}[”’」』]/g, quoted],
  [/\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}\b/g, '<email>'],
  // What follows a question mark in an address.
  [/\b(https?:\/\/[^\s?#]{1,500})[?#]\S{1,2000}/g, '$1?<query>'],
  [/\b0x[0-9a-fA-F]+\b/g, '<hex>'],
  // com.foo.Order@1f2a3b
  [/@[0-9a-f]{4,16}\b/g, '@<hash>'],
  [/\b(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\b/g, '<address>'],
  [
    /(?<![\w:.])\[?(?=[0-9a-fA-F.]{0,45}:[0-9a-fA-F.]{0,45}:)(?=[a-fA-F:.]{0,45}\d)[0-9a-fA-F:.]{2,45}(?:%\w{1,16})?\]?(?::\d{1,5})?(?![\w:])/g,
    '<address>',
  ],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, '<address>'],
  // trade-3.4.0.jar, v2.1.0-rc1
  [
    /(?<![\w.])v?\d{1,9}(?:\.\d{1,9}){1,4}(?:[.-](?:RELEASE|FINAL|Final|SNAPSHOT|GA|M\d+|[Rr][Cc]-?\d+|alpha|beta)\d{0,5})?(?!\w)/g,
    '<n>',
  ],
  [/(?<![0-9A-Za-z])(?=[0-9a-fA-F]{0,63}\d)(?=[0-9a-fA-F]{0,63}[a-fA-F])[0-9a-fA-F]{8,}(?![0-9A-Za-z])/g, '<hash>'],
  // Tokens: long, with capitals, small letters and digits.
  [
    /(?<![\w+/-])(?=[\w+/-]{0,100}\d)(?=[\w+/-]{0,100}[a-z])(?=[\w+/-]{0,100}[A-Z])[A-Za-z0-9+_-]{20,}={0,2}(?![\w+/=-])/g,
    '<hash>',
  ],
  [/\d+(?:[.,]\d+)*/g, '<n>'],
  [/(?:(?<![\w>)\]])[+-])?<n>(?:[.,]?<n>)*/g, '<n>'],
  [/\s+/g, ' '],
];

/** Names of the program's own parts: `orderService`, `com.foo.Order.getId()`, `ORDER_ITEMS`. */
const codeName = /^(?=.*(?:[a-z][A-Z]|[._]))[A-Za-z_$][A-Za-z_$]*(?:[.#][A-Za-z_$]+)*(?:\(\))?$/;

/**
 * A quoted value is mostly somebody's data. The name of one of the program's own parts is kept: which bean could not be
 * made is the trouble itself.
 */
function quoted(found: string): string {
  return codeName.test(found.slice(1, -1)) ? found : '<quoted>';
}

/** A message with ids, numbers, addresses, hashes, times, versions and quoted values replaced by their kind. */
export function normalise(text: string): string {
  let result = text.length > LONGEST ? text.slice(0, LONGEST) : text;
  for (const [pattern, mark] of rules) result = result.replace(pattern, mark as string);
  return result.trim();
}

/** Generated parts of class and method names: lambdas, proxies, accessors, anonymous classes, hidden classes. */
const generated: readonly (readonly [pattern: RegExp, mark: string])[] = [
  [/\$\$Lambda[^.]*/g, '$$$$Lambda'],
  [/\blambda\$([\w<>]*?)\$\d+/g, 'lambda$$$1'],
  [/\$\$(Enhancer|FastClass)[A-Za-z]*(?:\$\$[0-9a-f]+)?/g, '$$$$$1'],
  [/\$\$SpringCGLIB\$\$\d+/g, '$$$$Enhancer'],
  [/\/0x[0-9a-f]+/g, ''],
  [/(Proxy|Accessor|_jsp|EnhancerBySpring)\d+/g, '$1'],
  [/\$\d+/g, '$$'],
];

/** A class or method name without what the machine numbers anew each time. */
export function plainName(name: string): string {
  let result = name;
  for (const [pattern, mark] of generated) result = result.replace(pattern, mark);
  return result;
}
