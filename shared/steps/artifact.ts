import { z } from 'zod';
import { filledText, shape, text } from '../checklist/parts.ts';
import { formatOf } from '../config/format.ts';
import type { StepKindDoor } from './kind.ts';

/** A SHA-256 as people write it; a checklist without its build's hash says so with a variable. */
export const sha256Text = filledText.meta({ asWritten: true, description: 'SHA-256, 64 hexadecimal digits.' });
const sha256Pattern = /^[0-9a-f]{64}$/;

const schema = shape({
  file: filledText.max(4_096, 'text-too-long').meta({ description: 'The file, relative to the checklist.' }),
  sha256: sha256Text.optional(),
  size: z.int().min(0).optional().meta({ description: 'Bytes.' }),
  inside: z.record(filledText, z.record(filledText, text)).optional().meta({
    description: 'For zip, war, jar, tar and tar.gz: a file in it, and the keys and values it must hold.',
  }),
}).meta({ description: 'Prove a file on this computer: its hash, its size, what it says inside.' });

/** `artifact:` the file that will be released is the right one. */
export const artifact: StepKindDoor<'artifact', typeof schema> = {
  schema,
  defaultEffect: 'read',
  canWrite: false,
  verifiable: false,
  needsHosts: () => false,
  probes: () => [],
  includes: () => [],
  probe: () => null,
  resolve(source, context) {
    const inside = Object.entries(source.inside ?? {}).map(([written, expected]) => {
      const path = context.text(written, ['inside', written]);
      const format = formatOf(path);
      if (format === null) context.report(['inside', written], 'artifact-inside-format', { path });
      const expect = Object.entries(expected).map(([key, value]) => ({
        key: context.text(key, ['inside', written, key]),
        value: context.text(value, ['inside', written, key]),
      }));
      return { path, format: format ?? 'properties', expect };
    });
    const file = context.text(source.file, ['file']);
    const sha256 = source.sha256 === undefined ? null : context.text(source.sha256, ['sha256']).toLowerCase();
    const sound = sha256 === null || sha256Pattern.test(sha256);
    if (!sound) context.report(['sha256'], 'sha256-invalid');
    if (sha256 === null && source.size === undefined && inside.length === 0) {
      context.report([], 'artifact-proves-nothing', { file });
    }
    return { kind: 'artifact', file, sha256: sound ? sha256 : null, size: source.size ?? null, inside };
  },
  describe(action, words) {
    return [
      words('artifact', { file: action.file }),
      ...(action.sha256 === null ? [] : [words('artifact-sha256', { sha256: action.sha256 })]),
      ...(action.size === null ? [] : [words('artifact-size', { size: action.size })]),
      ...action.inside.flatMap(({ path, expect }) =>
        expect.map(({ key, value }) => words('artifact-inside', { path, key, value })),
      ),
    ];
  },
};

/** Whether a text is a SHA-256 in lower-case hexadecimal digits. */
export function isSha256(value: string): boolean {
  return sha256Pattern.test(value);
}
