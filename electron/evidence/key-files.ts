import { createPublicKey } from 'node:crypto';
import { type PersonInRun, peopleInRun } from '../../shared/journal/people-in-run.ts';
import type { RunState } from '../../shared/run/state.ts';
import { fingerprintOf } from '../engine/identity/fingerprint.ts';

/** The public keys of everybody in a run, `keys/<person>-<fingerprint>.pem`, as OpenSSL reads them. */
export function keyFiles(state: RunState): readonly { readonly path: string; readonly text: string }[] {
  const files = new Map<string, { people: PersonInRun[]; publicKey: string }>();
  for (const person of peopleInRun(state, fingerprintOf)) {
    if (person.publicKey === null) continue;
    const known = files.get(person.publicKey);
    if (known === undefined) files.set(person.publicKey, { people: [person], publicKey: person.publicKey });
    else known.people.push(person);
  }
  return [...files.values()]
    .map(({ people, publicKey }) => ({ path: keyPath(people[0], publicKey), text: pemText(people, publicKey) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A file's name must be writable everywhere: letters that are not are left out, and the fingerprint tells people apart. */
function keyPath(person: PersonInRun | undefined, publicKey: string): string {
  const name = (person?.name ?? '')
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const fingerprint = fingerprintOf(publicKey).replace('SHA256:', '').replaceAll('/', '_').replaceAll('+', '-');
  return `keys/${(name === '' ? (person?.role ?? 'key') : name).slice(0, 60)}-${fingerprint}.pem`;
}

/** RFC 7468 allows text before the key: whose it is, as the journal says. */
function pemText(people: readonly PersonInRun[], publicKey: string): string {
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const said = people.map(({ role, name, contact, machine }) =>
    [role, name, contact, machine].map((text) => text.replace(/[\r\n]+/g, ' ').replaceAll('-----', '')).join(' | '),
  );
  return `${[...new Set(said), fingerprintOf(publicKey)].join('\n')}\n${key.export({ type: 'spki', format: 'pem' })}`;
}
