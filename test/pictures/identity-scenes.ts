import { failure } from '../../shared/contract/failure.ts';
import type { IdentityView, KnownPerson } from '../../shared/contract/ipc/people.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import { writeCard } from '../../shared/people/card.ts';
import { picturePlan } from './plan.ts';
import { home, type Scene } from './stage.ts';

/** The person of this installation and whom they know, for looking at. */

type Identity = Answers['identity:get'];

const key = (letter: string): string => `${letter.repeat(43)}=`;
const liWei: IdentityView = {
  name: 'Li Wei',
  contact: '+86 10 5550 4711, wei.li@example.com',
  publicKey: key('A'),
  fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrZQXV1OaU5Xl1rgNYbD8pYc',
  protection: 'passphrase',
  locked: false,
};
const card = writeCard({ person: liWei, signature: `${'B'.repeat(86)}==` });
const none: Identity = { identity: null, keyring: false, card: null, failure: null };
const own: Identity = { identity: liWei, keyring: false, card, failure: null };
const locked: Identity = { ...own, identity: { ...liWei, locked: true } };
const kept: IdentityView = { ...liWei, protection: 'keyring', locked: true };

const known = (name: string, contact: string, letter: string): KnownPerson => ({
  name,
  contact,
  publicKey: key(letter),
  fingerprint: `SHA256:${letter.repeat(20)}0OlI1lV9e8BrZQXV1OaU5X`,
  pinnedAt: '2026-11-20T08:00:00.000Z',
});
const people: readonly KnownPerson[] = [
  known('陈洁', '分机 4712', 'C'),
  known('Maximiliane Donaudampfschifffahrtsgesellschaftskapitänswitwe', '', 'D'),
];

const open = '.home-bar button:last-of-type';
const scene = (identity: Identity, press: readonly string[], whom: readonly KnownPerson[] = people): Scene => ({
  press: [open, ...press],
  script: (language, theme) => ({
    ...{ language, theme, home, identity, people: whom },
    ...{ plan: picturePlan(language, true), events: [], output: [], minutesAgo: 0 },
  }),
});

/** Key, card and known people in the settings, and the dialogs that ask for the key. */
export const identityScenes: Readonly<Record<string, Scene>> = {
  'identity-none': scene(none, ['.own h3'], []),
  'identity-create': scene(none, ['.own-none button']),
  'identity-create-keyring': scene({ ...none, keyring: true }, ['.own-none button']),
  'identity-own': scene(own, ['.own h3']),
  'identity-card': scene(own, ['.card-acts button']),
  'identity-people': scene(own, ['.known-people h3']),
  'identity-unlock': scene(locked, ['.own > .button']),
  'identity-damaged': scene(
    {
      ...none,
      failure: failure('identity-damaged', { path: '/home/wang/.local/share/countersign/identity.json' }),
    },
    ['.own h3'],
  ),
  'identity-keyring': scene(
    { ...own, identity: kept, failure: failure('identity-keyring', {}, 'The system offers no keyring now.') },
    ['.own h3'],
  ),
  'identity-add': scene(own, ['.known-people .section-head button']),
  'identity-forget': scene(own, ['.people-list li:nth-child(2) button']),
};
