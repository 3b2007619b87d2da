/** How long a new primary action must have been on screen before it may be pressed: a double click must be harmless. */
export const SETTLE_MS = 350;

/** What decides whether a key press may stand for the primary action. */
export interface KeyPress {
  readonly key: string;
  readonly repeat: boolean;
  readonly prevented: boolean;
  readonly modified: boolean;
  readonly composing: boolean;
  /** The element that has the keyboard takes Enter for itself (a field, a button, a link). */
  readonly inControl: boolean;
  readonly dialogOpen: boolean;
}

/** True when this Enter means the primary action and nothing else. */
export function isPrimaryEnter(press: KeyPress): boolean {
  if (press.key !== 'Enter' || press.repeat || press.prevented || press.composing || press.dialogOpen) return false;
  return !press.inControl && !press.modified;
}

/** What the app's own keys stand for. */
export type Shortcut = 'search' | 'keys' | 'rollback' | 'interruptions';

/** Which of the app's own keys was pressed, or null. Keys of the text kind are ignored while typing. */
export function shortcutOf(press: KeyPress): Shortcut | null {
  if (press.repeat || press.prevented || press.composing || press.dialogOpen || press.modified) return null;
  if (press.key === 'F8') return 'rollback';
  if (press.key === 'F7') return 'interruptions';
  if (press.inControl) return null;
  if (press.key === '/') return 'search';
  return press.key === '?' ? 'keys' : null;
}

const ownEnter =
  'input, textarea, select, button, a[href], summary, [role="button"], [role="tab"], [role="menuitem"], [role="dialog"], [contenteditable="true"]';

/** Output is only read: a terminal's hidden field takes no keys for itself. */
const onlyRead = (element: Element): boolean => element.closest('[data-reads-keys="no"]') !== null;

/** True when the element uses Enter itself. */
export function takesEnter(element: Element | null): boolean {
  return element !== null && element.closest(ownEnter) !== null && !onlyRead(element);
}

/** True when the element is one that people type text into. */
export function takesText(element: Element | null): boolean {
  return element?.matches('input, textarea, select, [contenteditable="true"]') === true && !onlyRead(element);
}
