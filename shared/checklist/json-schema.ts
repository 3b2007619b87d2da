import { z } from 'zod';
import { checklistSchema } from './schema.ts';

/**
 * The format as JSON Schema (draft 7, which YAML editors understand), made from the very schema that `check` uses.
 * Point an editor at it with `# yaml-language-server: $schema=…`.
 */
export function checklistJsonSchema(): object {
  return z.toJSONSchema(checklistSchema, {
    target: 'draft-7',
    io: 'input',
    override({ jsonSchema }) {
      const { asWritten, exactlyOne, ...schema } = jsonSchema as Record<string, unknown>;
      for (const key of ['asWritten', 'exactlyOne']) delete (jsonSchema as Record<string, unknown>)[key];
      // A plain number or yes/no is accepted where text is meant, and read as it stands.
      if (asWritten === true && schema['type'] === 'string') jsonSchema.type = ['string', 'number', 'boolean'] as never;
      if (Array.isArray(exactlyOne)) jsonSchema.oneOf = exactlyOne.map((key: string) => ({ required: [key] }));
    },
  });
}
