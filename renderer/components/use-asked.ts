import { useEffect, useState } from 'react';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';

/** What came of a question: nothing yet, an answer, or why there is none. */
export interface Asked<T> {
  readonly answer: T | null;
  readonly trouble: Failure | null;
}

const nothing = { answer: null, trouble: null } as const;

/**
 * Asks main while something is on the screen, and anew when `question` changes: what was answered before is gone then,
 * and what comes too late is not heard.
 */
export function useAsked<T>(ask: () => Promise<T>, question: string): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>(nothing);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `question` says what `ask` asks, which is made anew with every drawing.
  useEffect(() => {
    let here = true;
    setAsked(nothing);
    ask().then(
      (answer) => here && setAsked({ answer, trouble: null }),
      (error: unknown) => here && setAsked({ answer: null, trouble: failure('local-error', {}, error) }),
    );
    return () => {
      here = false;
    };
  }, [question]);
  return asked;
}
