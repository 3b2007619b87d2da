import { useCallback, useEffect, useRef, useState } from 'react';
import {
  isPrimaryEnter,
  type KeyPress,
  SETTLE_MS,
  type Shortcut,
  shortcutOf,
  takesEnter,
  takesText,
} from '../model/press-guard.ts';

/** A primary action as a button and the Enter key share it. */
export interface Primary {
  /** False while it must not be pressed: forbidden, on its way, or so new that nobody can have read it. */
  readonly ready: boolean;
  readonly press: () => void;
}

/**
 * Guards the primary action: it may be pressed once it has stood on the screen for a moment, and a press counts once.
 * `identity` names the action; when it changes, a press that was meant for the last one is lost on purpose.
 */
export function usePrimary(identity: string, allowed: boolean, act: () => void): Primary {
  const [settled, setSettled] = useState<string | null>(null);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const timer = setTimeout(() => setSettled(identity), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [identity]);
  const ready = allowed && settled === identity;
  const press = useCallback(() => {
    if (ready) latest.current();
  }, [ready]);
  return { ready, press };
}

/** True while any dialog lies over the screen. */
export function dialogIsOpen(): boolean {
  return document.querySelector('.overlay') !== null;
}

/** What decides whether a key press may stand for one of the app's own acts. */
export function pressOf(event: KeyboardEvent): KeyPress {
  const element = event.target instanceof Element ? event.target : null;
  return {
    key: event.key,
    repeat: event.repeat,
    prevented: event.defaultPrevented,
    modified: event.ctrlKey || event.metaKey || event.altKey,
    composing: event.isComposing,
    inControl: event.key === 'Enter' ? takesEnter(element) : takesText(element),
    dialogOpen: dialogIsOpen(),
  };
}

/** Ctrl or Command with Enter confirms even while typing. */
function isForcedEnter(event: KeyboardEvent): boolean {
  return (
    event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat && !event.isComposing && !dialogIsOpen()
  );
}

export interface Keys {
  readonly onPrimary: () => void;
  readonly onShortcut?: (shortcut: Shortcut) => void;
}

/** Listens to the app's own keys for as long as the component is there. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const press = pressOf(event);
      const shortcut = shortcutOf(press);
      if (isPrimaryEnter(press) || isForcedEnter(event)) {
        event.preventDefault();
        latest.current.onPrimary();
      } else if (shortcut !== null && latest.current.onShortcut !== undefined) {
        event.preventDefault();
        latest.current.onShortcut(shortcut);
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
