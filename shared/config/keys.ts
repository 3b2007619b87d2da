/** Whether a key is meant by a pattern in which `*` stands for anything, dots included. Linear in both. */
export function matchesKey(pattern: string, key: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === key;
  if (!key.startsWith(start)) return false;
  let at = start.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = key.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return key.length - last.length >= at && key.endsWith(last);
}

const secretWord =
  /(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|(?:api|access|private|secret|signing|encryption)[-_.]?key)$/i;

/** Whether a key's name gives away that its value is a secret, marked as one or not (`spring.datasource.password`). */
export function looksSecret(key: string): boolean {
  const name = key.slice(Math.max(key.lastIndexOf('.'), key.lastIndexOf('/')) + 1).replace(/\[\d+\]$/, '');
  return secretWord.test(name);
}
