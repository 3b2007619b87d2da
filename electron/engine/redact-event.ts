import type { RunEvent } from '../../shared/contract/events.ts';

/** Fields that carry words of people or of hosts; ids, hashes and the plan's own words are left as they are. */
const spoken = new Set([
  ...['reason', 'note', 'evidence', 'found', 'cause', 'params', 'owner', 'tail', 'text', 'title', 'detail'],
  // Of the results of steps.
  ...['said', 'headers', 'redirects', 'groups', 'keys', 'numbers', 'key'],
]);

/** The event with every secret taken out of what people wrote and hosts answered. */
export function redactEvent(event: RunEvent, redact: (text: string) => string): RunEvent {
  if (event.type === 'run-created') return event;
  return { ...event, data: redactBelow(event.data, redact, false) } as RunEvent;
}

function redactBelow(value: unknown, redact: (text: string) => string, inside: boolean): unknown {
  if (typeof value === 'string') return inside ? redact(value) : value;
  if (Array.isArray(value)) return value.map((item) => redactBelow(item, redact, inside));
  if (value === null || typeof value !== 'object') return value;
  // A sealed file's path and hash must stay what they are on disk.
  if ('sha256' in value && 'path' in value && !('tail' in value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, redactBelow(item, redact, inside || spoken.has(key))]),
  );
}
