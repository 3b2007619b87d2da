import type { KeyPress } from '../press-guard.ts';

/** What a key of the checker's stands for. */
export type CheckerShortcut = 'evidence' | 'interruption' | 'hold' | 'search' | 'keys';

const functionKeys: Readonly<Record<string, CheckerShortcut>> = { F6: 'evidence', F7: 'interruption', F9: 'hold' };
const characters: Readonly<Record<string, CheckerShortcut>> = { '/': 'search', '?': 'keys' };

/** Which of the checker's keys was pressed, or null. Characters are left to whoever types; F6 works in the evidence as well. */
export function checkerKeyOf(press: KeyPress, inEvidence: boolean): CheckerShortcut | null {
  if (press.repeat || press.prevented || press.composing || press.modified) return null;
  const key = functionKeys[press.key] ?? (press.inControl ? null : (characters[press.key] ?? null));
  if (!press.dialogOpen) return key;
  return inEvidence && key === 'evidence' ? key : null;
}
