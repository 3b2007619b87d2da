/** How far a watch is, for screens; travels as the label of an attempt's progress. */
export interface WatchProgress {
  readonly lines: number;
  /** Lines a second, of late. */
  readonly rate: number;
  /** Kinds of exceptions. */
  readonly known: number;
  readonly fresh: number;
  readonly restarts: number;
  /** Files that are not there now. */
  readonly absent: number;
  /** `reading`: what was there before; `away`: the link is lost, and is being sought again. */
  readonly state: 'reading' | 'watching' | 'away';
}

/** `reading lines=12 rate=3 …` */
export function writeWatchProgress({ state, ...figures }: WatchProgress): string {
  return [state, ...Object.entries(figures).map(([key, value]) => `${key}=${value}`)].join(' ');
}

/** Null when it is no watch's label. */
export function readWatchProgress(label: string): WatchProgress | null {
  const [state = '', ...parts] = label.split(' ');
  if (state !== 'reading' && state !== 'watching' && state !== 'away') return null;
  const figures = new Map(parts.map((part) => part.split('=')).map(([key = '', value]) => [key, Number(value)]));
  const of = (key: string): number => figures.get(key) ?? 0;
  return {
    state,
    lines: of('lines'),
    rate: of('rate'),
    known: of('known'),
    fresh: of('fresh'),
    restarts: of('restarts'),
    absent: of('absent'),
  };
}
