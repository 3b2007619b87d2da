import { parseChecklist } from '../../shared/checklist/parse.ts';
import type { Plan } from '../../shared/checklist/plan.ts';
import { resolvePlan } from '../../shared/checklist/resolve.ts';

/** The plan of steps as a checklist writes them (indented by six), with hosts app1 and app2 at one address. */
export function writtenPlan(
  steps: string,
  at: { readonly address: string; readonly port: number; readonly user: string },
  given: { readonly title?: string; readonly environment?: string } = {},
): Plan {
  const host = `{ address: ${at.address}, port: ${at.port}, user: ${at.user} }`;
  const text = [
    'checklist: 1',
    `title: ${given.title ?? 'Release'}`,
    'environments:',
    `  test: { hosts: { app1: ${host}, app2: ${host} }, ${given.environment ?? ''} }`,
    'phases:',
    '  - hot: Release',
    '    steps:',
    steps.replace(/^\n+/, ''),
  ].join('\n');
  const { checklist, problems } = parseChecklist(text, 'release.yaml');
  if (checklist === null) throw new Error(JSON.stringify(problems, null, 1));
  return resolvePlan(checklist, 'test');
}
