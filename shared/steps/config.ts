import { z } from 'zod';
import { filledText, shape, text } from '../checklist/parts.ts';
import { configFormats, formatOf } from '../config/format.ts';
import { looksSecret, matchesKey } from '../config/keys.ts';
import { wantedWords } from '../config/words.ts';
import { type ConfigAction, configEncodings } from './actions/config.ts';
import { isSha256 } from './artifact.ts';
import type { ResolveContext, StepKindDoor } from './kind.ts';

const key = filledText.max(1_000, 'text-too-long');
const keys = z.union([key, z.array(key).min(1, 'list-empty')]).optional();
const schema = shape({
  file: filledText.max(4_096, 'text-too-long').meta({ description: 'The whole path on the host.' }),
  format: z.enum(configFormats).optional().meta({ description: 'Known by the name of the file when left out.' }),
  encoding: z.enum(configEncodings).optional().meta({ description: 'utf-8 when left out.' }),
  sudo: z.union([z.boolean(), filledText]).optional(),
  expect: z.record(key, text).optional().meta({ description: 'Keys and the values they must have.' }),
  absent: keys.meta({ description: 'Keys that must not be there; * stands for anything.' }),
  'no-others': z.boolean().optional().meta({ description: 'true: a key neither expected nor known fails the step.' }),
  known: keys.meta({ description: 'Keys that may be there as well; * stands for anything.' }),
  secret: keys.meta({ description: 'Keys whose values are never shown; * stands for anything.' }),
}).meta({ description: 'Hold a configuration file on each host against what this environment expects.' });

/** `config:` keys and values of a file on each host are what the environment expects. */
export const config: StepKindDoor<'config', typeof schema> = {
  schema,
  defaultEffect: 'read',
  canWrite: false,
  verifiable: false,
  needsHosts: () => true,
  probes: () => [],
  includes: () => [],
  probe: () => null,
  resolve(source, context) {
    const file = context.text(source.file, ['file']);
    if (!file.startsWith('/')) context.report(['file'], 'upload-path-relative', { path: file });
    const format = source.format ?? formatOf(file);
    if (format === null) context.report(['file'], 'config-format-unknown', { file });
    const list = (name: 'absent' | 'known' | 'secret'): string[] => {
      const written = source[name];
      return (typeof written === 'string' ? [written] : (written ?? [])).map((one) => context.text(one, [name]));
    };
    const secret = list('secret');
    const account = source.sudo ?? false;
    return {
      kind: 'config',
      file,
      format: format ?? 'properties',
      encoding: source.encoding ?? 'utf-8',
      sudo: typeof account === 'string' ? context.text(account, ['sudo']) : account ? 'root' : null,
      expect: Object.entries(source.expect ?? {}).map(([name, value]) => expected(name, value, secret, context)),
      absent: list('absent'),
      known: list('known'),
      noOthers: source['no-others'] ?? false,
      secret,
    };
  },
  describe(action, words) {
    return [
      words('config', { file: action.file, format: action.format }),
      ...action.expect.map((one) =>
        words('config-expects', { key: one.key, value: wantedWords(one, words('config-secret')) }),
      ),
      ...(action.absent.length === 0 ? [] : [words('config-absent', { keys: action.absent.join(', ') })]),
      ...(action.noOthers ? [words('config-no-others', { keys: action.known.join(', ') || '–' })] : []),
      ...(action.sudo === null ? [] : [words('as-account', { account: action.sudo })]),
    ];
  },
};

/** `sha256:…` compares a secret that the checklist must not hold. */
function expected(
  written: string,
  value: string,
  secret: readonly string[],
  context: ResolveContext,
): ConfigAction['expect'][number] {
  const name = context.text(written, ['expect', written]);
  const parts = context
    .withSecrets(value, ['expect', written])
    .map((part) => (typeof part === 'string' ? part : { ...part }));
  const [only = ''] = parts;
  const digest =
    parts.length <= 1 && typeof only === 'string' ? /^sha256:(.*)$/s.exec(only)?.[1]?.toLowerCase() : undefined;
  if (digest !== undefined) {
    if (!isSha256(digest)) context.report(['expect', written], 'sha256-invalid');
    return { key: name, secret: true, wanted: { type: 'sha256', sha256: isSha256(digest) ? digest : '0'.repeat(64) } };
  }
  const hidden =
    parts.some((part) => typeof part !== 'string') || looksSecret(name) || secret.some((one) => matchesKey(one, name));
  return { key: name, secret: hidden, wanted: { type: 'value', parts } };
}
