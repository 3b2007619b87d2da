import { start } from './a-start.ts';
import { hostsCold, hostsHeld } from './b-hosts.ts';
import type { Bench } from './bench.ts';
import { output } from './c-output.ts';
import { journalAppends } from './d-journal.ts';
import { checklist, checklistLinear } from './e-checklist.ts';
import { resumeLong } from './f-resume.ts';
import { historyOpen } from './history.ts';
import { logLines } from './log-lines.ts';
import { logWatch } from './log-watch.ts';
import { mirrorLag, mirrorRecords } from './mirror.ts';
import { replayJump } from './replay-jump.ts';
import { report500 } from './report-500.ts';
import { sqlScript } from './sql.ts';
import { upload } from './upload.ts';
import { verifyLarge } from './verify-1gb.ts';

/**
 * Every benchmark, in the order it is run and printed. To add one: write `test/bench/<letter>-<name>.ts` exporting
 * one `Bench` for each claim (several for one letter are fine: `b-hosts-cold`, `b-hosts-held`), and list it here.
 * `npm run bench` bundles this folder like the app itself, so imports from `electron/` and `shared/` are the built
 * code; `out/main/cli.js` is up to date as well. A bench measures the thing it compares with in the same `run`,
 * prints nothing, and cleans up after itself. DISPLAY and COUNTERSIGN_ELECTRON are set.
 */
export const benches: readonly Bench[] = [
  start,
  hostsCold,
  hostsHeld,
  output,
  journalAppends,
  checklist,
  checklistLinear,
  resumeLong,
  logLines,
  logWatch,
  upload,
  sqlScript,
  mirrorLag,
  mirrorRecords,
  report500,
  verifyLarge,
  historyOpen,
  replayJump,
];
