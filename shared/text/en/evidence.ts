/** English sentences: history, replay, comparing, export, retention, paper, notes, feed. */
export const evidence = {
  history: 'History',
  replay: 'Replay',
  compare: 'Compare',
} as const;
