import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../electron/engine/identity/fingerprint.ts';
import { createSeed, keyFromSeed } from '../../../electron/engine/identity/private-key.ts';
import { sha256Text, signatureHolds } from '../../../electron/engine/journal/digest.ts';
import { canonicalJson } from '../../../shared/journal/canonical.ts';
import { fromBase64, toBase64, utf8Bytes, utf8Text } from '../../../shared/people/base64.ts';
import { type Card, cardHolds, cardStatement, plainWords, readCard, writeCard } from '../../../shared/people/card.ts';
import { statementHash } from '../../../shared/people/statements.ts';

const cryptography = { sha256: sha256Text, signatureHolds };
const key = keyFromSeed(Buffer.alloc(32, 7));

function cardFor(name: string, contact: string, by = key): Card {
  const person = { name, contact, publicKey: by.publicKey };
  return { person, signature: by.sign(statementHash(cardStatement(person), sha256Text)) };
}

const words = fc.string({ unit: 'grapheme', maxLength: 60 }).map(plainWords);
const names = words.filter((name) => name !== '');
/** A card around any JSON text, signed or not. */
const around = (json: string): string => `countersign-person:1:${Buffer.from(json).toString('base64url')}`;

describe('a card', () => {
  it('comes back from its text as it was, and holds', () => {
    fc.assert(
      fc.property(names, words, (name, contact) => {
        const card = cardFor(name, contact);
        const read = readCard(writeCard(card));
        expect(read).toEqual(card);
        expect(read !== null && cardHolds(read, cryptography)).toBe(true);
      }),
    );
  });

  it('is read through the line breaks and spaces a mail puts into it', () => {
    const card = cardFor('李伟', 'wei@example.com, 4711');
    const broken = writeCard(card).replaceAll(/(.{40})/g, '$1\r\n  ');
    expect(readCard(`\n ${broken}\t`)).toEqual(card);
  });

  it('is refused when any one letter of it is another, is missing or stands twice', () => {
    const text = writeCard(cardFor('Li Wei', '4711'));
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=:+/';
    const holds = (altered: string): boolean => {
      const read = readCard(altered);
      return read !== null && cardHolds(read, cryptography);
    };
    expect(holds(text)).toBe(true);
    for (let at = 0; at < text.length; at += 1) {
      const other = letters[(letters.indexOf(text[at] ?? '') + 1 + (at % 60)) % letters.length] ?? '';
      if (other !== text[at]) expect(holds(text.slice(0, at) + other + text.slice(at + 1)), `letter ${at}`).toBe(false);
      expect(holds(text.slice(0, at) + text.slice(at + 1)), `without ${at}`).toBe(false);
      expect(holds(text.slice(0, at) + text[at] + text.slice(at)), `twice ${at}`).toBe(false);
    }
  });

  it('does not hold with the key of another or with another name', () => {
    const other = keyFromSeed(createSeed());
    const card = cardFor('Li Wei', '');
    expect(cardHolds({ ...card, person: { ...card.person, name: 'Li Wen' } }, cryptography)).toBe(false);
    expect(cardHolds({ ...card, person: { ...card.person, publicKey: other.publicKey } }, cryptography)).toBe(false);
  });

  it('never throws and never reads what is no card', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => readCard(text) === null));
    fc.assert(fc.property(fc.json(), (json) => readCard(around(json)) === null));
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => readCard(around(Buffer.from(bytes).toString('latin1'))) === null),
    );
    expect(readCard(around('['.repeat(10_000)))).toBeNull();
  });

  it('has one spelling: members more, in another order, or with spaces are refused', () => {
    const { person, signature } = cardFor('Li Wei', '4711');
    const members = { ...person, signature };
    expect(readCard(around(canonicalJson(members)))).not.toBeNull();
    expect(readCard(around(canonicalJson({ ...members, note: 'hidden' })))).toBeNull();
    expect(readCard(around(JSON.stringify({ signature, ...person })))).toBeNull();
    expect(readCard(around(canonicalJson(members).replace(',', ', ')))).toBeNull();
  });

  it.each([
    ['a line end', 'Li\nWei'],
    ['a mark that turns the writing round', 'Li Wei \u202egnorw'],
    ['white space around it', ' Li Wei'],
    ['half a surrogate pair', 'Li \ud83d'],
    ['more than 255 characters', 'x'.repeat(256)],
    ['nothing', ''],
  ])('is refused for a name with %s', (_, name) => {
    const { person, signature } = cardFor('Li Wei', '');
    expect(readCard(around(JSON.stringify({ contact: '', name, publicKey: person.publicKey, signature })))).toBeNull();
  });

  it('is refused for a key or a signature of another length', () => {
    const { person, signature } = cardFor('Li Wei', '');
    const short = Buffer.alloc(31).toString('base64');
    expect(readCard(writeCard({ person: { ...person, publicKey: short }, signature }))).toBeNull();
    expect(readCard(writeCard({ person, signature: Buffer.alloc(63).toString('base64') }))).toBeNull();
    expect(readCard(writeCard({ person, signature: signature.slice(0, -1) }))).toBeNull();
  });
});

describe('base64 without Node', () => {
  it('agrees with Node about every byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const node = Buffer.from(bytes);
        expect(toBase64(bytes, 'base64url')).toBe(node.toString('base64url'));
        expect(toBase64(bytes, 'base64')).toBe(node.toString('base64').replace(/=+$/, ''));
        expect(fromBase64(node.toString('base64url'), 'base64url')).toEqual(bytes);
      }),
    );
  });

  it('takes nothing but the one right spelling', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{0,12}$/), (text) => {
        const bytes = fromBase64(text, 'base64url');
        expect(bytes === null || toBase64(bytes, 'base64url') === text).toBe(true);
        expect(bytes === null).toBe(Buffer.from(text, 'base64url').toString('base64url') !== text);
      }),
    );
  });

  it('agrees with Node about UTF-8, and takes nothing that is none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(Buffer.from(utf8Bytes(text)).toString('utf8')).toBe(text);
        expect(utf8Text(utf8Bytes(text))).toBe(text);
      }),
    );
    for (const bad of [[0xff], [0xc0, 0x80], [0xe4, 0xb8], [0xed, 0xa0, 0x80]]) {
      expect(utf8Text(Uint8Array.from(bad))).toBeNull();
    }
  });
});

describe('a fingerprint', () => {
  it('is what ssh-keygen would write of these bytes: SHA256: and base64 without padding', () => {
    // SHA-256 of 32 zero bytes, by coreutils: `head -c 32 /dev/zero | sha256sum`.
    const zeros = '66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925';
    const expected = `SHA256:${Buffer.from(zeros, 'hex').toString('base64').replace('=', '')}`;
    expect(fingerprintOf(Buffer.alloc(32).toString('base64'))).toBe(expected);
    expect(expected).toHaveLength(50);
  });
});
