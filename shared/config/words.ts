import type { ConfigAction } from '../steps/actions/config.ts';

/** What is expected, in words that give no secret away. */
export function wantedWords({ secret, wanted }: ConfigAction['expect'][number], hidden: string): string {
  if (wanted.type === 'sha256') return `sha256:${wanted.sha256.slice(0, 12)}…`;
  if (!secret) return wanted.parts.join('');
  const names = wanted.parts.flatMap((part) => (typeof part === 'string' ? [] : [`\${${part.secret}}`]));
  return names.length === 0 ? hidden : names.join(' ');
}
