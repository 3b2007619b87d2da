/** A fingerprint as people compare it at a glance: `SHA256:uNiVztks…bD8pYc`. Short ones stay whole. */
export function shortFingerprint(fingerprint: string): string {
  const [algorithm, digits] = fingerprint.split(/:(.*)/s);
  if (digits === undefined || digits.length <= 16) return fingerprint;
  return `${algorithm}:${digits.slice(0, 8)}…${digits.slice(-6)}`;
}
