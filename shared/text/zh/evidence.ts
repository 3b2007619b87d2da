import type { evidence as english } from '../en/evidence.ts';

/** Chinese sentences: history, replay, comparing, export, retention, paper, notes, feed. */
export const evidence: Record<keyof typeof english, string> = {
  history: '历史',
  replay: '回放',
  compare: '对比',
};
