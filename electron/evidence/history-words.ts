import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import type { JournalRecord } from '../../shared/contract/events.ts';
import { limits } from '../../shared/contract/limits.ts';

/** Fields of a record that hold what people said, what was sent, and what exceptions are called. */
const telling: ReadonlySet<string> = new Set([
  ...['reason', 'note', 'text', 'what', 'cause', 'fix', 'answer', 'from', 'due', 'owner', 'person', 'name', 'machine'],
  ...['confirmedBy', 'doneBy', 'checkedBy', 'command', 'title', 'fingerprint', 'known', 'evidence', 'finding', 'id'],
]);
/** Parts of a record that hold what machines say, at length, or what has its own way in here. */
const passedOver: ReadonlySet<string> = new Set(['plan', 'steps', 'checks', 'recording', 'failure', 'sent', 'files']);

/** Gathers what a run can be found by, record by record, each saying once and all of them bounded. */
export class WordCollector {
  readonly #said = new Set<string>();
  readonly #outputs: string[] = [];
  #left = limits.indexChars;

  add(record: JournalRecord): void {
    if (this.#left <= 0) return;
    this.#say(record.actor.name);
    if (record.type === 'run-created') this.#plan(record.data.plan);
    else if (record.type === 'rollback-begun') {
      this.#say(record.data.reason);
      for (const step of record.data.steps) this.#step(step);
    } else this.#within(record.data, '');
    // Machines say the most: they come last, when it is known how much room people left.
    if (record.type === 'attempt-ended' && record.data.recording !== null)
      this.#outputs.push(record.data.recording.tail.slice(-limits.indexOutput));
  }

  /** One saying a line, in the order in which they came. */
  text(): string {
    this.#left = Math.min(this.#left, limits.indexOutputs);
    // The latest are looked for most.
    for (const output of this.#outputs.splice(0).reverse()) for (const line of output.split('\n')) this.#say(line);
    return [...this.#said].join('\n');
  }

  #plan(plan: Plan): void {
    const { environment, title, name, version, hosts, steps } = plan;
    for (const said of [title, version ?? '', environment, name]) this.#say(said);
    for (const step of steps) this.#step(step);
    for (const { name: host, address } of hosts) this.#say(host === address ? host : `${host} ${address}`);
  }

  #step({ code, id, title }: PlanStep): void {
    this.#say(`${code} ${id} ${title}`);
  }

  #within(value: unknown, key: string): void {
    if (typeof value === 'string' || typeof value === 'number') {
      if (telling.has(key)) this.#say(String(value));
    } else if (Array.isArray(value)) {
      for (const one of value) this.#within(one, key);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, one] of Object.entries(value)) {
        // What people answered in a step's fields counts, whatever the field is called.
        const answer = key === 'evidence' && typeof one !== 'object';
        if (!passedOver.has(name)) this.#within(one, answer ? key : name);
      }
    }
  }

  #say(words: string): void {
    const saying = words.replaceAll(/\s+/g, ' ').trim().slice(0, limits.indexSaying).slice(0, Math.max(0, this.#left));
    if (saying === '' || this.#said.has(saying)) return;
    this.#said.add(saying);
    this.#left -= saying.length + 1;
  }
}
