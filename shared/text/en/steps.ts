/** English sentences: what a step does and what counts as done. */
export const steps = {
  manual: 'A person does it and confirms it.',
  'evidence-required': 'To hand in: {{label}} ({{type}}) {{options}}',
  'evidence-optional': 'May be handed in: {{label}} ({{type}}) {{options}}',
  'evidence-text': 'text',
  'evidence-number': 'number',
  'evidence-link': 'link',
  'evidence-choice': 'choice',
  'evidence-file': 'file',
  run: 'Run: {{command}}',
  'run-as': 'Run as {{account}}: {{command}}',
  'as-account': 'As {{account}}.',
  'exit-any': 'Done when it ends, whatever the exit code.',
  exit: 'Done when the exit code is {{codes}}.',
  expects: 'And {{stream}}: {{expected}}.',
  within: 'Within {{time}}.',
  'wait-for': 'Wait {{time}}.',
  'wait-until': 'Look every {{every}}, for at most {{within}}, until it passes: {{command}}',
  'wait-settled':
    'Look every {{every}}, for at most {{within}}, until the output stays the same for {{time}}: {{command}}',
  approval: '{{count}} × {{role}} must approve, each with a reason',
} as const;
