import { useEffect, useRef } from 'react';
import { pressOf } from '../../components/use-primary.ts';
import { type CheckerShortcut, checkerKeyOf } from '../../model/checker/keys.ts';

interface Keys {
  /** The evidence lies open and nothing above it: its own key works there. */
  readonly inEvidence: boolean;
  readonly onKey: (key: CheckerShortcut) => void;
}

/** Listens to the checker's own keys for as long as the screen is there. */
export function useCheckerKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const key = checkerKeyOf(pressOf(event), latest.current.inEvidence);
      if (key === null) return;
      event.preventDefault();
      latest.current.onKey(key);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
