import type { Plan } from '../../shared/checklist/plan.ts';
import type { HostConnection, Prompter, SecretStore } from './ports.ts';
import type { Sending } from './steps/step-runner.ts';

/** The secret store's name for a host's sudo password. */
export function sudoSecret(host: string): string {
  return `sudo:${host}`;
}

/** Asks for every secret that is needed and that is not known yet; the name of the first one not given, or null. */
export async function ensureSecrets(
  { secrets, prompter }: { readonly secrets: SecretStore; readonly prompter: Prompter },
  sending: Pick<Sending, 'secrets' | 'sudo'>,
  connection: HostConnection | null,
  plan: Plan,
): Promise<string | null> {
  for (const name of sending.secrets) {
    if (secrets.known(name) !== null) continue;
    const label = plan.secrets.find((secret) => secret.name === name)?.prompt ?? name;
    const answer = await prompter.ask({
      kind: 'secret',
      host: null,
      params: { name },
      fields: [{ label, secret: true }],
    });
    const value = answer?.[0];
    // A secret travels as one line on stdin.
    if (value === undefined || /[\r\n]/.test(value)) return name;
    secrets.remember(name, value);
  }
  if (sending.sudo === null || connection === null || secrets.known(sudoSecret(connection.host)) !== null) return null;
  const answer = await prompter.ask({
    kind: 'sudo',
    host: connection.host,
    params: { user: connection.user, account: sending.sudo },
    fields: [{ label: '', secret: true }],
  });
  const password = answer?.[0];
  if (password === undefined || /[\r\n]/.test(password)) return sudoSecret(connection.host);
  secrets.remember(sudoSecret(connection.host), password);
  return null;
}
