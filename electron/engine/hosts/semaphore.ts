/** A place that was given; giving it back twice does nothing. */
export type Release = () => void;

/** At most `places` holders at a time, served in the order they came. */
export function semaphore(places: number): () => Promise<Release> {
  let free = places;
  const waiting: (() => void)[] = [];

  const release = (): Release => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    };
  };

  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return release();
  };
}

/** Runs one piece of work at a time for each key, so that a person is not asked the same thing twice at once. */
export function oneAtATime(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
