import type { RunState } from '../run/state.ts';

/** One key that took part in a run, for an auditor to compare with what they know. */
export interface PersonInRun {
  readonly role: 'operator' | 'checker' | 'observer';
  readonly name: string;
  readonly contact: string;
  readonly machine: string;
  /** Null where nobody vouched for a session: its name is merely what the machine said. */
  readonly publicKey: string | null;
  readonly fingerprint: string | null;
  /** Countersignatures and rejections. */
  readonly signatures: number;
}

/** Everybody who held the pen or was admitted, each role of a key on a machine once. */
export function peopleInRun(state: RunState, fingerprint: (publicKey: string) => string): readonly PersonInRun[] {
  const people: PersonInRun[] = [];
  for (const { person, machine, identity } of state.sessions) {
    const publicKey = identity?.publicKey ?? null;
    const name = identity?.name ?? person;
    const known = people.some((one) => one.name === name && one.machine === machine && one.publicKey === publicKey);
    if (known) continue;
    const shown = publicKey === null ? null : fingerprint(publicKey);
    const contact = identity?.contact ?? '';
    people.push({ role: 'operator', name, contact, machine, publicKey, fingerprint: shown, signatures: 0 });
  }
  const signings = state.steps.flatMap((step) => step.signings);
  for (const { participant, role, name, contact, machine, publicKey } of state.participants) {
    if (role === null) continue;
    const signatures = signings.filter((one) => one.participant === participant).length;
    people.push({ role, name, contact, machine, publicKey, fingerprint: fingerprint(publicKey), signatures });
  }
  return people;
}
