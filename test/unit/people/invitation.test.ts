import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../shared/contract/limits.ts';
import {
  encodeInvitation,
  formatAddress,
  type Invitation,
  parseAddress,
  parseInvitation,
} from '../../../shared/people/invitation.ts';

const letters = (alphabet: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });
const word = letters('abcXYZ019-_', 1, 40);
const host = fc.oneof(word, fc.ipV4(), fc.ipV6());
const address = fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) });
const invitation: fc.Arbitrary<Invitation> = fc.record({
  runId: fc.constantFrom('20261121T063448Z-3f9a1c', 'r1', 'a.b-c_d'),
  certificate: letters('0123456789abcdef', 64, 64),
  token: letters('ABCxyz019-_', 43, 43),
  expiresAt: fc
    .date({ min: new Date(0), max: new Date('2999-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString()),
  addresses: fc.array(address.map(formatAddress), { minLength: 1, maxLength: 8 }),
});
const sample: Invitation = {
  runId: '20261121T063448Z-3f9a1c',
  certificate: 'ab'.repeat(32),
  token: 'T'.repeat(43),
  expiresAt: '2026-11-21T06:44:48.000Z',
  addresses: ['192.168.1.20:4433', '[2001:db8::20]:4433', 'ops-laptop:4433', '127.0.0.1:4433'],
};
const packed = (value: unknown) => `countersign:1:${Buffer.from(JSON.stringify(value)).toString('base64url')}`;
const invalid = { ok: false, code: 'invitation-invalid' };

describe('an invitation', () => {
  it('comes back as it was, however mail programs break and indent it', () => {
    fc.assert(
      fc.property(invitation, fc.integer({ min: 1, max: 78 }), (given, width) => {
        const text = encodeInvitation(given);
        expect(parseInvitation(text)).toEqual({ ok: true, value: given });
        const pasted = `\u00a0 ${(text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\r\n\t ')}\n`;
        if (pasted.length <= limits.invitation * 2) expect(parseInvitation(pasted)).toEqual({ ok: true, value: given });
      }),
    );
  });

  it('is short enough for a QR code that a camera can read from a screen', () => {
    expect(encodeInvitation(sample).length).toBeLessThan(500);
  });

  it('is refused for any text that is not one, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => `countersign:1:${json}`),
        ),
        (text) => {
          expect(parseInvitation(text)).toEqual(invalid);
        },
      ),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseInvitation(packed(value))).toEqual(invalid);
      }),
    );
  });

  it('is refused when one letter was changed so that it reads as something the schema does not know', () => {
    const { addresses: a, certificate: c, expiresAt: e, runId: r, token: t } = sample;
    const good = { a, c, e, r, t };
    expect(parseInvitation(packed(good))).toEqual({ ok: true, value: sample });
    const bad: readonly object[] = [
      { ...good, x: 1 },
      { ...good, a: [] },
      { ...good, a: ['nowhere'] },
      { ...good, a: Array.from({ length: 9 }, () => 'h:1') },
      { ...good, c: c.toUpperCase() },
      { ...good, t: `${t}=` },
      { ...good, e: 'tomorrow' },
      { ...good, r: '../../etc' },
      { ...good, r: '..' },
      { ...good, r: '' },
      { a, c, e, r },
    ];
    for (const one of bad) expect(parseInvitation(packed(one)), JSON.stringify(one)).toEqual(invalid);
  });

  it('is refused before it is looked through when it is too long', () => {
    expect(parseInvitation(`${encodeInvitation(sample)}${' '.repeat(limits.invitation * 2)}`)).toEqual(invalid);
    expect(parseInvitation(`countersign:1:${'A'.repeat(limits.invitation)}`)).toEqual(invalid);
  });

  it('of another version of the format is refused', () => {
    expect(parseInvitation(encodeInvitation(sample).replace(':1:', ':2:'))).toEqual(invalid);
  });

  it('cannot be made from what could not be read again', () => {
    expect(() => encodeInvitation({ ...sample, addresses: ['no port'] })).toThrow();
    expect(() => encodeInvitation({ ...sample, token: 'short' })).toThrow();
  });
});

describe('an address', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(address, (given) => {
        expect(parseAddress(formatAddress(given))).toEqual(given);
      }),
    );
  });

  it('needs a host and a port that exists', () => {
    const bad = [
      '',
      'h',
      'h:',
      ':1',
      'h:0',
      'h:65536',
      'h:01',
      'a b:1',
      '::1:80',
      '[h]:1',
      '[::1]',
      'h:1 ',
      'u@h:1',
      'h/:1',
    ];
    for (const text of bad) expect(parseAddress(text), text).toBeNull();
    expect(parseAddress('[::1]:80')).toEqual({ host: '::1', port: 80 });
  });
});
