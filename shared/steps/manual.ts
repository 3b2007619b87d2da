import { z } from 'zod';
import { filledText, shape, variableName } from '../checklist/parts.ts';
import { type EvidenceField, evidenceTypes } from './actions.ts';
import type { StepKindDoor } from './kind.ts';

/** `url` is what many people write for a link. */
const type = z.enum([...evidenceTypes, 'url']).meta({ description: 'text, number, link (or url), choice or file.' });
const field = shape({
  type,
  label: filledText
    .optional()
    .meta({ asWritten: true, description: 'What the person is asked; the name when left out.' }),
  options: z.array(filledText).min(1, 'list-empty').optional().meta({ description: 'What a choice offers.' }),
  required: z.boolean().optional().meta({ description: 'true when left out.' }),
});
const schema = shape({
  evidence: z
    .record(variableName, z.union([type, field]))
    .optional()
    .meta({ description: 'What a person must hand in: a name and its type.' }),
})
  .nullable()
  .meta({ description: 'Something a person does and confirms.' });

/** `manual:` a person does it, confirms it, and hands in the evidence asked for. */
export const manual: StepKindDoor<'manual', typeof schema> = {
  schema,
  defaultEffect: 'write',
  canWrite: true,
  verifiable: false,
  needsHosts: () => false,
  probes: () => [],
  includes: () => [],
  probe: () => null,
  resolve(source, context) {
    const evidence = Object.entries(source?.evidence ?? {}).map(([name, written]): EvidenceField => {
      const path = ['evidence', name];
      const whole: z.output<typeof field> = typeof written === 'string' ? { type: written } : written;
      const options = (whole.options ?? []).map((option, index) => context.text(option, [...path, 'options', index]));
      if (whole.type === 'choice' && options.length === 0) context.report(path, 'choice-without-options', { name });
      if (whole.type !== 'choice' && options.length > 0) {
        context.report([...path, 'options'], 'options-without-choice', { name, type: whole.type });
      }
      const twice = options.findIndex((option, index) => options.indexOf(option) !== index);
      if (twice !== -1) context.report([...path, 'options', twice], 'option-twice', { option: options[twice] ?? '' });
      return {
        name,
        type: whole.type === 'url' ? 'link' : whole.type,
        label: whole.label === undefined ? name : context.text(whole.label, [...path, 'label']),
        options,
        required: whole.required ?? true,
      };
    });
    return { kind: 'manual', evidence };
  },
  describe(action, words) {
    return [
      words('manual'),
      ...action.evidence.map((asked) =>
        words(asked.required ? 'evidence-required' : 'evidence-optional', {
          label: asked.label,
          type: words(`evidence-${asked.type}`),
          options: asked.options.join(' / '),
        }),
      ),
    ];
  },
};
