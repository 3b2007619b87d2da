import { createContext, useContext } from 'react';
import type { Terminals } from './terminals.ts';

/** The terminals of the run on the screen. */
export const TerminalsContext = createContext<Terminals | null>(null);

/** The terminals of this tree. */
export function useTerminals(): Terminals {
  const terminals = useContext(TerminalsContext);
  if (terminals === null) throw new Error('No TerminalsContext above this component.');
  return terminals;
}
