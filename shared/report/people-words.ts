import { assertNever } from '../assert-never.ts';
import type { PeopleException } from './exceptions.ts';
import { keyOf, type ReportContext } from './html-context.ts';

/** One sentence for what people did beside the checklist. */
export function peopleHappened({ say, time }: ReportContext, one: PeopleException): string {
  switch (one.kind) {
    case 'countersign-waived':
      return say(`x_waived_${one.mode}`, { reason: one.reason });
    case 'countersign-rejected': {
      const followed = say(`x_rejected_${one.followed}`, { until: one.until === null ? '' : time(one.until) });
      return `${say(`x_rejected_${one.mode}`, { reason: one.reason })} · ${followed}`;
    }
    case 'checker-gone': {
      const gone = say(`x_gone_${one.cause ?? 'link'}`);
      return `${gone} ${one.until === null ? say('x_goneForGood') : say('x_until', { until: time(one.until) })}`;
    }
    case 'participant-dismissed':
      return say('x_dismissed', { name: one.name, reason: one.reason });
    case 'participant-declined':
      return say('x_declined', { name: one.name, reason: one.reason });
    case 'checker-left':
      return say('x_left', { name: one.name });
    case 'join-refused': {
      const why = say(`x_refused_${keyOf(one.code)}`);
      return say('x_joinRefused', { count: one.times, who: one.name ?? '?', address: one.address, why });
    }
    case 'interruption':
      return say('x_interruption', { from: one.from, what: one.what, urgency: say(`u_${one.urgency}`) });
    case 'handed-over':
      return say('x_handedOver', { name: one.name, head: one.head });
    case 'handover-declined':
      return say('x_handoverDeclined', { reason: one.reason });
    case 'takeover':
      return say('x_takeover', { by: one.by, machine: one.machine, after: one.after, reason: one.reason });
    default:
      return assertNever(one);
  }
}
