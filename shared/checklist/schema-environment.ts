import { z } from 'zod';
import { probeSourceSchema } from '../steps/command-source.ts';
import { parseDuration } from './duration.ts';
import { duration, filledText, name, shape, text, variableName } from './parts.ts';
import { channelTypes, databaseEngines } from './plan.ts';

/** An environment as it is written: what is there, who decides, and which guards are on. */

const described = (description: string) => ({ description });

export const variables = z
  .record(variableName, text)
  .meta(described('Values by name. Host over environment over checklist.'));

const portNumber = z.int('port-invalid').min(1, 'port-invalid').max(65_535, 'port-invalid');
const address = filledText.max(255, 'text-too-long');
const secretName = variableName.optional();

const identity = shape({
  hostname: address.optional().meta(described('What the command hostname must print there.')),
  file: filledText.max(4_096, 'text-too-long').optional().meta(described('A file on the host that tells its role.')),
  contains: filledText.max(1_000, 'text-too-long').optional().meta(described('What that file must contain.')),
});

const host = shape({
  address: address.meta(described('Address, DNS name or ssh_config alias.')),
  port: portNumber.optional(),
  user: address.optional(),
  jump: filledText.max(1_000, 'text-too-long').optional().meta(described('Hosts to go through, as for ssh -J.')),
  groups: z.array(name).min(1, 'list-empty').optional().meta(described('Names under which steps find this host.')),
  identity: identity.optional().meta(described('What proves, before a write, that this is the right host.')),
  vars: variables.optional(),
});

const database = shape({
  engine: z.enum(databaseEngines).meta(described('mysql (also MariaDB), postgres, or command: any client program.')),
  address: address.optional().meta(described('As seen from via, or from the operator’s computer.')),
  port: portNumber.optional().meta(described('3306 or 5432 when left out.')),
  via: name.optional().meta(described('The host whose SSH connection carries it, or that runs the command.')),
  user: address.optional(),
  schema: address.optional().meta(described('MySQL: the default schema; PostgreSQL: the database.')),
  password: secretName.meta(described('The name of the secret that holds the password.')),
  tls: z.boolean().optional(),
  command: probeSourceSchema
    .optional()
    .meta(described('For engine command: the client, which reads the script from its standard input.')),
});

const channel = shape({
  type: z.enum(channelTypes),
  url: secretName.meta(described('The name of the secret that holds the address: who knows it can write there.')),
  key: secretName.meta(described('The name of the secret that messages are signed with.')),
});

export const roleName = filledText.max(100, 'text-too-long');
export const approvalCount = z.int('approval-count').min(1, 'approval-count').max(100, 'approval-count');

/** How many checkers a run is meant to have. */
export function checkersOf(source: Pick<EnvironmentSource, 'production' | 'people'>): number {
  return source.people?.checkers ?? (source.production === true ? 1 : 0);
}

/** Whoever reads an output does not touch the keys for a while; asking sooner would only train them to press one. */
const soonestChallengeMs = 60_000;

const people = shape({
  checkers: z
    .int('checkers-invalid')
    .min(0, 'checkers-invalid')
    .max(1, 'checkers-invalid')
    .optional()
    .meta(described('1: writes are countersigned. Left out: 1 in production, 0 elsewhere.')),
  'challenge-after': duration
    .refine((value) => (parseDuration(value) ?? soonestChallengeMs) >= soonestChallengeMs, 'challenge-too-soon')
    .optional()
    .meta(described('A checker who does nothing for this long is asked whether they are there.')),
  approvals: z
    .record(roleName, approvalCount)
    .refine((roles) => Object.keys(roles).length > 0, 'approvals-empty')
    .optional()
    .meta(described('How many people of each role must approve, where a step does not say it itself.')),
});

export const environmentSchema = shape({
  production: z.boolean().optional().meta(described('true turns every guard on.')),
  people: people.optional(),
  rehearsal: z
    .enum(['refuse', 'warn', 'off'])
    .optional()
    .meta(described('What becomes of a run whose content was not rehearsed: warn in production, off elsewhere.')),
  hosts: z.record(name, host).optional(),
  databases: z.record(name, database).optional(),
  channels: z.record(name, channel).optional().meta(described('Where announcements go.')),
  vars: variables.optional(),
  secrets: z
    .union([z.array(variableName).min(1, 'list-empty'), z.record(variableName, filledText)])
    .optional()
    .meta(described('Asked for before first use, never stored: a list of names, or each name with its question.')),
});
export type EnvironmentSource = z.output<typeof environmentSchema>;
export type HostSource = z.output<typeof host>;
