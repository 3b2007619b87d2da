import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { redactText } from '../../../electron/engine/output/redact-text.ts';
import { redactEvent } from '../../../electron/engine/redact-event.ts';
import { type EventOf, eventSchema, type RunEvent } from '../../../shared/contract/events.ts';
import { differenceId } from '../../../shared/snapshot/difference.ts';
import { examplesOf } from '../../helpers/schema-examples.ts';
import { over, recording } from '../report/run-records.ts';

const secret = 'Sommer-2026!';
const redact = (text: string) => redactText(text, [secret]);

/** Every event type with every field and every option of it; free text names its own place beside the secret. */
const examples = eventSchema.options.flatMap((option) => {
  const type = [...option.shape.type.def.values][0] ?? '';
  if (type === 'run-created') return [];
  const told = examplesOf(option as z.ZodType, (place) => `<${place}> ${secret}`) as readonly RunEvent[];
  return told.map((event, index) => ({ name: `${type} ${index}`, event: eventSchema.parse(event) }));
});

const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : value !== null && typeof value === 'object'
      ? Object.values(value).flatMap(textsOf)
      : [];

/** Where the secret is still to be read after redaction, as `type place`. */
function placesLeft(given: readonly { readonly event: RunEvent }[]): readonly string[] {
  const left = given.flatMap(({ event }) =>
    textsOf(redactEvent(event, redact))
      .filter((text) => text.includes(secret))
      .map((text) => `${event.type} ${/^<data\.(.*)>/.exec(text)?.[1]}`),
  );
  return [...new Set(left)].sort();
}

describe('secrets in what is written down', () => {
  it('leaves a secret only in names, paths and the plan’s own words, place by place', () => {
    const withoutPlan = placesLeft(examples).filter((place) => !place.startsWith('rollback-begun steps'));
    expect(withoutPlan).toMatchInlineSnapshot(`
      [
        "approval-given role",
        "approval-given step",
        "approval-given target",
        "attempt-ended checks[].subject",
        "attempt-ended evidence{}.path",
        "attempt-ended exit.signal",
        "attempt-ended offers[]",
        "attempt-ended recording.path",
        "attempt-ended result.after[].boot",
        "attempt-ended result.before[].boot",
        "attempt-ended result.certificate.fingerprint",
        "attempt-ended result.channel",
        "attempt-ended result.drift.runId",
        "attempt-ended result.drift.step",
        "attempt-ended result.entries[].digest",
        "attempt-ended result.file",
        "attempt-ended result.files[].path",
        "attempt-ended result.gaps[].file",
        "attempt-ended result.groups[].file",
        "attempt-ended result.kept",
        "attempt-ended result.kept.file.path",
        "attempt-ended result.left[].boot",
        "attempt-ended result.place.address",
        "attempt-ended result.place.schema",
        "attempt-ended result.place.via",
        "attempt-ended result.processes[].boot",
        "attempt-ended result.scripts[].earlier.at",
        "attempt-ended result.scripts[].earlier.runId",
        "attempt-ended result.scripts[].path",
        "attempt-ended result.tables[].path",
        "attempt-ended result.to",
        "attempt-ended result.with",
        "attempt-started account",
        "attempt-started choice",
        "attempt-started command",
        "attempt-started hostKey",
        "attempt-started recording",
        "attempt-started sent",
        "attempt-started step",
        "attempt-started target",
        "countersign-rejected step",
        "countersign-waived step",
        "countersigned step",
        "evidence-opened step",
        "finding-judged step",
        "finding-judged target",
        "host-connected address",
        "host-connected fingerprint",
        "host-connected host",
        "host-connected keyType",
        "host-connected method",
        "host-connected user",
        "host-connected via[]",
        "host-failed host",
        "host-identified checks[].subject",
        "host-identified fingerprint",
        "host-identified host",
        "host-key-accepted address",
        "host-key-accepted fingerprint",
        "host-key-accepted host",
        "host-key-accepted keyType",
        "host-lost host",
        "join-refused address",
        "join-refused name",
        "journal-repaired cut.path",
        "mirror-opened addresses[]",
        "no-return-accepted step",
        "note-added step",
        "note-added target",
        "notifications-blocked adapter",
        "paper-recorded step",
        "paper-recorded target",
        "participant-asked address",
        "participant-asked contact",
        "participant-asked machine",
        "participant-asked name",
        "permission-asked choice",
        "permission-asked step",
        "permission-asked targets[].target",
        "probe-concluded step",
        "probe-concluded target",
        "redline-seen path",
        "session-identified contact",
        "session-identified name",
        "session-identified session",
        "session-opened machine",
        "session-opened person",
        "session-opened publicKey",
        "session-opened session",
        "step-entered step",
        "target-decided step",
        "target-decided target",
      ]
    `);
  });

  it.each(examples)('keeps $name readable, even where a secret spells every word in it', ({ event }) => {
    const all = redactEvent(event, (text) => (text === '' ? '' : '••••'));
    expect(eventSchema.safeParse(all).error).toBeUndefined();
  });

  it('changes nothing but text: numbers, hashes, enums and the shape stay', () => {
    for (const { event } of examples) {
      const read = JSON.stringify(redactEvent(event, redact)).replaceAll('••••', secret);
      expect(JSON.parse(read)).toEqual(event);
    }
  });

  it('takes a secret out of what a person files, `what` included', () => {
    const data = { what: `it took ${secret}`, cause: secret, fix: `not ${secret}`, confirmedBy: `Li ${secret}` };
    expect(redactEvent({ type: 'analysis-filed', data }, redact).data).toEqual({
      what: 'it took ••••',
      cause: '••••',
      fix: 'not ••••',
      confirmedBy: 'Li ••••',
    });
  });

  it('takes it out of evidence whatever the field is called, and leaves a sealed file’s seal', () => {
    const seal = { path: `evidence/${secret}.png`, sha256: 'b'.repeat(64), bytes: 3 };
    const { evidence } = redactedEnd({ evidence: { what: secret, state: secret, sha256: secret, proof: seal } });
    expect(evidence).toEqual({ what: '••••', state: '••••', sha256: '••••', proof: seal });
  });

  it('takes it out of a recording’s tail and leaves its path and hash', () => {
    const whole = recording('a1', `password ${secret}\n`);
    expect(redactedEnd({ recording: whole }).recording).toEqual({ ...whole, tail: 'password ••••\n' });
  });

  it('names a difference by its redacted key in the finding, its judgement and the result alike', () => {
    const difference = { what: 'missing' as const, key: `row ${secret}`, before: null, after: null };
    const finding = { id: differenceId(difference), title: difference.key, detail: '', count: 1 };
    const counts = { missing: 1, added: 0, changed: 0 };
    const differences = [{ ...difference, expected: false }];
    const found = { with: 'before', attempt: 'a1', before: 1, after: 0, unexpected: counts, expected: counts };
    const ended = redactedEnd({ findings: [finding], result: { kind: 'compare', ...found, differences } });
    const seen = ended.result?.kind === 'compare' ? ended.result.differences[0] : undefined;
    expect(seen).toMatchObject({ what: 'missing', key: 'row ••••' });
    expect(ended.findings[0]?.id).toBe(seen && differenceId(seen));
  });

  it('leaves the fingerprint of an exception, though a secret is part of it', () => {
    const finding = { id: '00c0ffee00000000', title: 'coffee', detail: 'c0ffee', count: 1 };
    const ended = over('a1', { findings: [finding] })[1];
    const { findings } = (redactEvent(ended, (text) => text.replaceAll('c0ffee', '••••')) as Ended).data;
    expect(findings).toEqual([{ ...finding, detail: '••••' }]);
  });

  it('never changes the steps that will be worked to undo', () => {
    const begun = examples.flatMap(({ event }) => (event.type === 'rollback-begun' ? [event] : []));
    expect(begun.length).toBeGreaterThan(0);
    for (const event of begun) {
      const { steps, reason } = (redactEvent(event, redact) as typeof event).data;
      expect(steps).toEqual(event.data.steps);
      expect(reason).not.toContain(secret);
    }
  });

  it('keeps a text that was as long as it may be that long, though marks are longer than a short secret', () => {
    const check = { subject: 'stdout', expected: 'x', found: 'x'.repeat(2_000), holds: true };
    const ended = redactEvent(over('a1', { checks: [check] })[1], (text) => redactText(text, ['x'])) as Ended;
    expect(eventSchema.safeParse(ended).success).toBe(true);
    expect(ended.data.checks[0]?.found).toMatch(/^•{2000}$/);
  });
});

type Ended = Extract<RunEvent, { type: 'attempt-ended' }>;

function redactedEnd(given: Partial<EventOf<'attempt-ended'>['data']>): Ended['data'] {
  return (redactEvent(over('a1', given)[1], redact) as Ended).data;
}
