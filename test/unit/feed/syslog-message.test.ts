import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentenceOf } from '../../../electron/feed/sentence.ts';
import { severityOf } from '../../../electron/feed/severity.ts';
import { framed, syslogMessage } from '../../../electron/feed/syslog-message.ts';
import { parseSyslog, unframed } from '../../helpers/syslog-receiver.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 250 });
const whole = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');
const message = (given: Partial<Parameters<typeof syslogMessage>[0]> = {}) =>
  syslogMessage({
    ...{ severity: 'info', at: '2026-11-21T11:40:00.123Z', machine: 'desk', run: 'r-1', type: 'run-started' },
    ...{ params: [], text: 'The run was started.' },
    ...given,
  });

describe('a syslog message', () => {
  it('reads byte for byte as RFC 5424 says', () => {
    const params = [['seq', '7'] as const, ['actor', 'Li "Wei" \\ [ops]'] as const];
    expect(message({ params, text: 'one\ntwo' }).toString('utf8')).toBe(
      '<110>1 2026-11-21T11:40:00.123Z desk countersign r-1 run-started ' +
        '[countersign@32473 seq="7" actor="Li \\"Wei\\" \\\\\\\\ [ops\\]"] \uFEFFone\\ntwo',
    );
  });

  it('says whatever it was given, in one line that can be taken apart again', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (actor, environment, text) => {
        const params = [['actor', actor] as const, ['environment', environment] as const];
        const read = parseSyslog(message({ params, text }));
        expect(read.params).toEqual({ actor: whole(actor), environment: whole(environment) });
        expect(read.text).toBe(whole(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps its header whatever the names are', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.string({ maxLength: 60 }), (machine, run, type) => {
        expect(() => parseSyslog(message({ machine, run, type }))).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });

  it('is counted in bytes, so that a receiver finds the next one', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 20 }), (texts) => {
        const stream = Buffer.concat(texts.map((text) => framed(message({ text }))));
        expect(unframed(stream).map((one) => parseSyslog(one).text)).toEqual(texts.map(whole));
      }),
    );
  });

  it('stays bounded, however long a name or a sentence is', () => {
    const long = '长'.repeat(100_000);
    expect(message({ params: [['actor', long]], text: long }).length).toBeLessThan(8 * 1024);
  });
});

describe('a record', () => {
  it('weighs more when something failed', () => {
    expect(severityOf('attempt-ended', { verdict: 'passed' })).toBe('info');
    expect(severityOf('attempt-ended', { verdict: 'unknown' })).toBe('warning');
    expect(severityOf('run-ended', { result: 'completed' })).toBe('notice');
    expect(severityOf('run-ended', { result: 'rolled-back' })).toBe('warning');
    expect(severityOf('constructor', {})).toBe('info');
  });

  it('is said in a sentence of its own, whatever is missing in it', () => {
    const data = { host: 'app1', failure: { code: 'link-lost' } };
    expect(sentenceOf('host-lost', data)).toBe('The connection to host app1 was lost: link-lost.');
    expect(sentenceOf('host-lost', {})).toBe('The connection to host  was lost: .');
    expect(sentenceOf('from-the-future', {})).toBe('Recorded: from-the-future.');
    expect(sentenceOf('run-held', { reason: 'x'.repeat(20_000) }).length).toBeLessThan(400);
  });
});
