import type { CheckResult } from '../steps/expectations.ts';
import type { ReportContext } from './html-context.ts';
import { type Html, html } from './markup.ts';
import type { ReportStep } from './model.ts';

/** More checks that held than these are only counted; whatever did not hold is always shown. */
const SHOWN_HOLDING = 12;
/** Of a value that was as expected this many characters are enough; the recording has all of it. */
const HOLDING_CHARS = 160;

interface SharedCheck extends CheckResult {
  readonly where: readonly string[];
}

/** What was expected and found, a row for each different finding with the hosts it was found on. */
export function checksTable(context: ReportContext, step: ReportStep): Html {
  const { say } = context;
  const all = sharedChecks(context, step);
  const bad = all.filter((check) => check.holds !== true);
  const good = all.filter((check) => check.holds === true);
  const held = context.brief ? 0 : SHOWN_HOLDING;
  const shown = [...bad, ...good.slice(0, held)];
  const left = good.length - held;
  const rest =
    left > 0 &&
    html`<p class="aside">${say(bad.length + held > 0 ? 'checksLeftOut' : 'checksHeld', { count: left })}</p>\n`;
  if (shown.length === 0) return html`${rest}`;
  const several = step.targets.length > 1 || step.targets.some(({ attempts }) => attempts.length > 1);
  return html`<table>
<thead><tr><th scope="col" class="tight">${say('checkSubject')}</th><th scope="col">${say('checkExpected')}</th><th scope="col">${say('checkFound')}</th><th scope="col" class="tight">${say('checkHolds')}</th>${several && html`<th scope="col" class="few">${say('on')}</th>`}</tr></thead>
<tbody>
${shown.map((check) => checkRow(context, check, several))}</tbody></table>
${rest}`;
}

function sharedChecks(context: ReportContext, step: ReportStep): readonly SharedCheck[] {
  const found = new Map<string, SharedCheck>();
  for (const { target, attempts } of step.targets) {
    for (const attempt of attempts) {
      const name = context.target(target);
      const place = attempt.purpose === 'probe' ? `${name} (${context.say('probe')})` : name;
      const where = attempt.number > 1 ? `${place} (${attempt.number})` : place;
      for (const check of attempt.checks) {
        // An exit code that was as expected already stands in the table above.
        if (check.subject === 'exit' && check.holds === true) continue;
        const key = JSON.stringify([check.subject, check.expected, check.found, check.holds]);
        found.set(key, { ...check, where: [...(found.get(key)?.where ?? []), where] });
      }
    }
  }
  return [...found.values()];
}

function checkRow({ say }: ReportContext, check: SharedCheck, several: boolean): Html {
  const { subject, expected, found, holds, where } = check;
  const word = say(holds === null ? 'holdsUndecided' : holds ? 'holdsYes' : 'holdsNo');
  const shown = holds === true && found.length > HOLDING_CHARS ? `${found.slice(0, HOLDING_CHARS)}…` : found;
  const hosts = where.length <= 6 ? where.join(', ') : `${where.slice(0, 6).join(', ')} … (${where.length})`;
  return html`<tr><td class="tight">${subject}</td><td class="mono">${expected}</td><td class="mono">${shown}</td><td class="tight">${holds === true ? word : html`<strong>${word}</strong>`}</td>${several && html`<td class="few">${hosts}</td>`}</tr>\n`;
}
