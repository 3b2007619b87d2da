import { describe, expect, it } from 'vitest';
import type { ExecEnd, ExecRequest } from '../../../electron/engine/ports.ts';
import { processEngine } from '../../../electron/engine/steps/process.ts';
import type { StepContext } from '../../../electron/engine/steps/step-runner.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { ProcessAction } from '../../../shared/steps/actions/process.ts';
import { lookBegins } from '../../../shared/steps/process-look.ts';
import { realClock } from '../../helpers/hosts-kit.ts';

const look: ProcessAction = {
  kind: 'process',
  identity: { by: 'pattern', pattern: 'tomcat' },
  want: { type: 'absent' },
  sudo: null,
};

/** A host that answers a look with these words and this end. */
function host(printed: string, end: ExecEnd): StepContext {
  const exec = async (_host: string, request: ExecRequest) => {
    await request.onOutput('stdout', Buffer.from(printed));
    return { ok: true, value: { ended: Promise.resolve(end), signal: () => {}, close: () => {} } } as const;
  };
  return {
    target: 'app1',
    clock: realClock,
    cancelled: new AbortController().signal,
    hosts: { exec },
    wire: () => ({ sent: 'look', stdin: null }),
    output: { write: () => {} },
  } as unknown as StepContext;
}

const whole = [
  lookBegins,
  'uptime 100.00',
  'boot b',
  'now 1',
  'self 2',
  'others seen',
  '/proc/2/stat:2 (sh) S 1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 20 0 0',
  'listed 0',
  'end',
  '',
].join('\n');
const exit = (code: number): ExecEnd => ({ type: 'exit', code, signal: null });

describe('a look that does not come back whole', () => {
  it('is unknown when the link was lost, however much had been printed', async () => {
    const lost: ExecEnd = { type: 'lost', failure: failure('link-lost', { host: 'app1' }) };
    const ended = await processEngine.run(host(whole, lost), look);
    expect(ended).toMatchObject({ verdict: 'unknown', effect: 'none', failure: { code: 'link-lost' } });
  });

  it('never says "absent" for a list that was cut short or is none', async () => {
    for (const printed of [
      '',
      'Account expired\n',
      whole.replace('\nend\n', '\n'),
      whole.replace(/uptime.*\n/, ''),
      whole.replace('listed 0', 'listed 137'),
    ]) {
      const ended = await processEngine.run(host(printed, exit(0)), look);
      expect(ended).toMatchObject({ verdict: 'failed', effect: 'none', failure: { code: 'no-process-list' } });
    }
    expect(await processEngine.run(host(whole, exit(0)), look)).toMatchObject({ verdict: 'passed' });
  });
});
