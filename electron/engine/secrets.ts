import type { SecretStore } from './ports.ts';

/** Secrets of one run, in memory only. A value once known stays redacted, even after it was replaced by another. */
export function createSecretStore(): SecretStore {
  const byName = new Map<string, string>();
  const everKnown = new Set<string>();
  return {
    remember: (name, value) => {
      byName.set(name, value);
      if (value !== '') everKnown.add(value);
    },
    known: (name) => byName.get(name) ?? null,
    forget: (name) => void byName.delete(name),
    values: () => [...everKnown],
  };
}
