import type { Plan } from '../../shared/checklist/plan.ts';
import type { CommandAction } from '../../shared/steps/actions.ts';
import type { HostConnection, Prompter, SecretStore } from './ports.ts';

/** The secret store's name for a host's sudo password. */
export function sudoSecret(host: string): string {
  return `sudo:${host}`;
}

/** Asks for every secret the command needs and that is not known yet; the name of the first one not given, or null. */
export async function ensureSecrets(
  { secrets, prompter }: { readonly secrets: SecretStore; readonly prompter: Prompter },
  action: CommandAction,
  connection: HostConnection,
  plan: Plan,
): Promise<string | null> {
  for (const name of action.secrets) {
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
  if (action.sudo === null || secrets.known(sudoSecret(connection.host)) !== null) return null;
  const answer = await prompter.ask({
    kind: 'sudo',
    host: connection.host,
    params: { user: connection.user, account: action.sudo },
    fields: [{ label: '', secret: true }],
  });
  const password = answer?.[0];
  if (password === undefined || /[\r\n]/.test(password)) return sudoSecret(connection.host);
  secrets.remember(sudoSecret(connection.host), password);
  return null;
}
