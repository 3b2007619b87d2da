import { createContext, useContext } from 'react';
import type { OutputTerminal } from './terminals.ts';

/** Where a screen has its terminals from: the run's own, or those of a replay. */
export interface TerminalSource {
  /** The terminal of an attempt, filled with what was written so far. */
  open(attempt: string): OutputTerminal;
}

/** The terminals of the run on the screen. */
export const TerminalsContext = createContext<TerminalSource | null>(null);

/** The terminals of this tree. */
export function useTerminals(): TerminalSource {
  const terminals = useContext(TerminalsContext);
  if (terminals === null) throw new Error('No TerminalsContext above this component.');
  return terminals;
}
