import { checklistJsonSchema } from '../../shared/checklist/json-schema.ts';
import { type CliIo, exitCodes } from './cli-io.ts';

/** `schema`: the checklist format as JSON Schema on stdout, for editors. */
export async function schema(_args: readonly string[], io: CliIo): Promise<number> {
  io.stdout(`${JSON.stringify(checklistJsonSchema(), null, 2)}\n`);
  return exitCodes.ok;
}
