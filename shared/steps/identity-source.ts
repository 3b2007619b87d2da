import { z } from 'zod';
import { filledText, shape } from '../checklist/parts.ts';
import type { Path } from '../checklist/problem.ts';
import type { Identity } from './actions/process.ts';
import { resolvePattern } from './expect-source.ts';
import type { ResolveContext } from './kind.ts';

/** How a checklist says which process is meant. */

const path = filledText.max(4_096, 'text-too-long');
const portNumber = z.int('port-invalid').min(1, 'port-invalid').max(65_535, 'port-invalid');

export const identityKeys = {
  process: filledText
    .optional()
    .meta({ asWritten: true, description: 'A regular expression (RE2) that its command line contains.' }),
  'pid-file': path.optional().meta({ asWritten: true, description: 'The file that holds its pid.' }),
  port: portNumber.optional().meta({ description: 'The port it listens on.' }),
  systemd: z
    .union([filledText, shape({ unit: filledText, scope: z.enum(['system', 'user']).optional() })])
    .optional()
    .meta({ description: 'A unit of systemd; scope: user for the account’s own systemd.' }),
  supervisor: z
    .union([filledText, shape({ program: filledText, config: path.optional() })])
    .optional()
    .meta({ description: 'A program of supervisor; config is supervisorctl’s -c.' }),
};

export interface IdentitySource {
  readonly process?: string | undefined;
  readonly 'pid-file'?: string | undefined;
  readonly port?: number | undefined;
  readonly systemd?: string | { readonly unit: string; readonly scope?: 'system' | 'user' | undefined } | undefined;
  readonly supervisor?: string | { readonly program: string; readonly config?: string | undefined } | undefined;
}

/**
 * The process as it is told from others: by its manager, else by its pid file (which a pattern may prove), else by
 * pattern, else by port. Null when nothing is written. Two managers, or a manager and a pattern, are an error.
 */
export function resolveIdentity(source: IdentitySource, context: ResolveContext): Identity | null {
  const ways = (['systemd', 'supervisor', 'pid-file', 'process'] as const).filter((key) => source[key] !== undefined);
  const provedPidFile = ways.length === 2 && ways[0] === 'pid-file' && ways[1] === 'process';
  if (ways.length > 1 && !provedPidFile) {
    context.report([ways[1] ?? ''], 'identity-twice', { one: ways[0] ?? '', other: ways[1] ?? '' });
  }
  const { systemd, supervisor, process, 'pid-file': pidFile, port } = source;
  if (systemd !== undefined) return unitOf(systemd, context);
  if (supervisor !== undefined) return programOf(supervisor, context);
  const pattern = process === undefined ? null : resolvePattern(process, ['process'], context);
  if (pidFile !== undefined) return { by: 'pid-file', path: context.text(pidFile, ['pid-file']), pattern };
  if (pattern !== null) return { by: 'pattern', pattern };
  return port === undefined ? null : { by: 'port', port };
}

function unitOf(source: NonNullable<IdentitySource['systemd']>, context: ResolveContext): Identity {
  const [unit, at, user] =
    typeof source === 'string'
      ? [source, ['systemd'], false]
      : [source.unit, ['systemd', 'unit'], source.scope === 'user'];
  return { by: 'systemd', unit: named(unit, at, context), user };
}

function programOf(source: NonNullable<IdentitySource['supervisor']>, context: ResolveContext): Identity {
  if (typeof source === 'string') {
    return { by: 'supervisor', program: named(source, ['supervisor'], context), config: null };
  }
  const config = source.config === undefined ? null : context.text(source.config, ['supervisor', 'config']);
  return { by: 'supervisor', program: named(source.program, ['supervisor', 'program'], context), config };
}

/** A manager would take a leading dash for an option, and `all` or a blank for more than one. */
function named(value: string, path: Path, context: ResolveContext): string {
  const name = context.text(value, path);
  if (!/^[^\s-]\S*$/.test(name) || /[*?[\]]/.test(name) || name === 'all') {
    context.report(path, 'service-name-invalid', { name });
  }
  return name;
}
