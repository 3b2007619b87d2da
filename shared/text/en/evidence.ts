import { chain } from './evidence/chain.ts';
import { compare } from './evidence/compare.ts';
import { feed } from './evidence/feed.ts';
import { history } from './evidence/history.ts';
import { moving } from './evidence/moving.ts';
import { notes } from './evidence/notes.ts';
import { paper } from './evidence/paper.ts';
import { print } from './evidence/print.ts';
import { replay } from './evidence/replay.ts';

/** English sentences: what is left the day after. One file for each area; no key stands in two of them. */
export const evidence = {
  ...chain,
  ...compare,
  ...feed,
  ...history,
  ...moving,
  ...notes,
  ...paper,
  ...print,
  ...replay,
} as const;
