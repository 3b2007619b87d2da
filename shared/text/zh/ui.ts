import type { ui as english } from '../en/ui.ts';
import { acts } from './ui/acts.ts';
import { common } from './ui/common.ts';
import { compare } from './ui/compare.ts';
import { files } from './ui/files.ts';
import { finished } from './ui/finished.ts';
import { gates } from './ui/gates.ts';
import { hear } from './ui/hear.ts';
import { home } from './ui/home.ts';
import { judge } from './ui/judge.ts';
import { log } from './ui/log.ts';
import { output } from './ui/output.ts';
import { preflight } from './ui/preflight.ts';
import { prompts } from './ui/prompts.ts';
import { run } from './ui/run.ts';
import { service } from './ui/service.ts';
import { settings } from './ui/settings.ts';
import { sql } from './ui/sql.ts';
import { step } from './ui/step.ts';
import { time } from './ui/time.ts';
import { wayBack } from './ui/way-back.ts';
import { web } from './ui/web.ts';

/** Chinese sentences: the screens. One file for each area; no key stands in two of them. */
export const ui: Record<keyof typeof english, string> = {
  ...acts,
  ...common,
  ...compare,
  ...files,
  ...finished,
  ...gates,
  ...hear,
  ...home,
  ...judge,
  ...log,
  ...output,
  ...preflight,
  ...prompts,
  ...run,
  ...service,
  ...settings,
  ...sql,
  ...step,
  ...time,
  ...wayBack,
  ...web,
};
