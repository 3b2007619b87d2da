import { createContext, useContext, useEffect, useState } from 'react';

/** What time it is for everything below, in milliseconds, where it is not the present; null: the wall clock's. */
export const MomentContext = createContext<number | null>(null);

/** The time in milliseconds, drawn again once a second while `running`: the wall clock's, or that of a replay. */
export function useNow(running: boolean): number {
  const moment = useContext(MomentContext);
  const [now, setNow] = useState(() => Date.now());
  const ticking = running && moment === null;
  useEffect(() => {
    if (!ticking) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [ticking]);
  return moment ?? now;
}
