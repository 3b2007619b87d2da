import { checker } from './checker.ts';
import { cli } from './cli.ts';
import { demo } from './demo.ts';
import { desktop } from './desktop.ts';
import { errors } from './errors.ts';
import { evidence } from './evidence.ts';
import { lockdown } from './lockdown.ts';
import { people } from './people.ts';
import { problems } from './problems.ts';
import { refusals } from './refusals.ts';
import { report } from './report.ts';
import { steps } from './steps.ts';
import { ui } from './ui.ts';
import { verify } from './verify.ts';

/** Every namespace of this language. */
export const en = {
  checker,
  cli,
  demo,
  desktop,
  errors,
  evidence,
  lockdown,
  people,
  problems,
  refusals,
  report,
  steps,
  ui,
  verify,
} as const;
