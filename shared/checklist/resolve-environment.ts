import { resolveCommand } from '../steps/command-source.ts';
import type { ResolveContext } from '../steps/kind.ts';
import type { PlanChannel, PlanDatabase } from './plan.ts';
import { DESK } from './plan-lookup.ts';
import { listNames, type Path } from './problem.ts';
import { perTarget, plainText } from './resolve-context.ts';
import type { Ground } from './resolve-hosts.ts';
import { allSteps } from './rules.ts';
import type { Checklist } from './schema.ts';
import type { EnvironmentSource } from './schema-environment.ts';
import { nearest } from './suggest.ts';
import { secretsOf } from './variables.ts';

type Environment = ResolveContext['environment'];
type DatabaseSource = NonNullable<EnvironmentSource['databases']>[string];
type ChannelSource = NonNullable<EnvironmentSource['channels']>[string];

/** What an environment declares beside its hosts, resolved once for all steps. */
export function environmentOf(checklist: Checklist, ground: Ground): Environment {
  const { source, name } = ground;
  const bare: Environment = {
    environment: name,
    production: source.production ?? false,
    hosts: [...ground.hosts],
    databases: [],
    channels: channelsOf(checklist, ground),
    approvals: Object.entries(source.people?.approvals ?? {}).map(([role, needed]) => ({ role, needed })),
  };
  if (bare.production && source.people?.checkers === 0) {
    report(ground, ['environments', name, 'people', 'checkers'], 'production-without-checker', {});
  }
  const databases = Object.entries(source.databases ?? {}).map(([database, written]) =>
    databaseOf(database, written, ground, bare),
  );
  return { ...bare, databases };
}

function report({ report: tell, name }: Ground, path: Path, code: string, params: Readonly<Record<string, string>>) {
  tell({ path, severity: 'error', code, params: { ...params, environment: name } });
}

function databaseOf(name: string, written: DatabaseSource, ground: Ground, environment: Environment): PlanDatabase {
  const path = ['environments', ground.name, 'databases', name];
  const { engine, via, command } = written;
  const put = (key: 'address' | 'user' | 'schema') => {
    const template = written[key];
    return template === undefined ? null : plainText(template, [...path, key], ground.desk, 255).text;
  };
  checkVia(via, [...path, 'via'], ground);
  checkSecret(written.password, [...path, 'password'], ground);
  const complain = (key: string, code: string) => report(ground, [...path, key], code, { name, engine, key });
  if (engine === 'command') {
    if (command === undefined) report(ground, path, 'database-without-command', { name });
    if (via === undefined) report(ground, path, 'database-without-via', { name });
  } else {
    if (command !== undefined) complain('command', 'database-with-command');
    if (written.address === undefined) report(ground, path, 'database-without-address', { name });
  }
  const of = { targets: [via ?? DESK], ground, environment, earlier: [] };
  return {
    name,
    engine,
    address: engine === 'command' ? null : put('address'),
    port: engine === 'command' ? null : (written.port ?? null),
    via: via ?? null,
    user: put('user'),
    schema: put('schema'),
    password: written.password ?? null,
    tls: written.tls ?? false,
    command:
      engine !== 'command' || command === undefined
        ? null
        : perTarget([...path, 'command'], of, (context) => resolveCommand(command, [], context)).action,
  };
}

function checkVia(via: string | undefined, path: Path, ground: Ground): void {
  const hosts = ground.hosts.map((host) => host.name);
  if (via === undefined || hosts.includes(via)) return;
  const known = hosts.length === 0 ? '–' : listNames(hosts);
  report(ground, path, 'via-unknown', { name: via, known, nearest: nearest(via, hosts) ?? '–' });
}

function checkSecret(secret: string | undefined, path: Path, ground: Ground): void {
  const secrets = secretsOf(ground.source).map((one) => one.name);
  if (secret === undefined || secrets.includes(secret)) return;
  const known = secrets.length === 0 ? '–' : listNames(secrets);
  report(ground, path, 'secret-unknown', { name: secret, known, nearest: nearest(secret, secrets) ?? '–' });
}

/**
 * Where an environment declares no channels at all, each that a step tells is the clipboard: a rehearsal must not
 * alarm the duty group, and a person can still paste the text.
 */
function channelsOf(checklist: Checklist, ground: Ground): PlanChannel[] {
  const { channels } = ground.source;
  if (channels !== undefined)
    return Object.entries(channels).map(([name, written]) => channelOf(name, written, ground));
  return announcedTo(checklist).map((name) => ({ name, type: 'clipboard', url: null, key: null }));
}

/** The channels that the steps of a checklist tell. */
function announcedTo(checklist: Checklist): readonly string[] {
  const names = allSteps(checklist).flatMap(({ source }) => source.announce?.to ?? []);
  return [...new Set(names)];
}

const signing: readonly PlanChannel['type'][] = ['dingtalk', 'feishu', 'webhook'];

function channelOf(name: string, { type, url, key }: ChannelSource, ground: Ground): PlanChannel {
  const path = ['environments', ground.name, 'channels', name];
  checkSecret(url, [...path, 'url'], ground);
  checkSecret(key, [...path, 'key'], ground);
  if (type !== 'clipboard' && url === undefined) report(ground, path, 'channel-without-url', { name, type });
  if (type === 'clipboard' && url !== undefined)
    report(ground, [...path, 'url'], 'channel-key-unused', { type, key: 'url' });
  if (key !== undefined && !signing.includes(type)) {
    report(ground, [...path, 'key'], 'channel-key-unused', { type, key: 'key' });
  }
  return { name, type, url: url ?? null, key: key ?? null };
}
