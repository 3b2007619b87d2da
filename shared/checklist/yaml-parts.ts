import { isScalar } from 'yaml';

/** A finding that knows its place in the text already. */
export interface PlacedFinding {
  readonly offset: number;
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Everything a text file has no business with, and marks that make a text read differently from what it does. */
export const forbiddenCharacters =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/u;

/** True when a text holds a control character other than tab and newline, or one that reorders what is shown. */
export function hasForbiddenCharacter(text: string): boolean {
  return forbiddenCharacters.test(text);
}

/** A key as text: the characters as they stand for plain numbers and the like. */
export function keyText(key: unknown): string | null {
  if (!isScalar(key)) return null;
  if (typeof key.value === 'string') return key.value;
  return key.source ?? String(key.value);
}
