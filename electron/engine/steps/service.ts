import { type ServiceAction, type ServiceSignal, serviceSignals } from '../../../shared/steps/actions/service.ts';
import { serviceCommands } from '../../../shared/steps/describe-service.ts';
import { ProcessWatch } from './process-watch.ts';
import { signalService } from './service-kill.ts';
import { serviceResult, type Work } from './service-sense.ts';
import { startService } from './service-start.ts';
import { stopService } from './service-stop.ts';
import type { Outcome, StepContext, StepEngine } from './step-runner.ts';

/** The engine's door of `service`. */
export const serviceEngine: StepEngine<ServiceAction> = {
  sending(action, { target, choice }) {
    const commands = serviceCommands(action);
    const sudo = commands[0]?.sudo ?? null;
    const base = { hosts: [target], sudo, recorded: true };
    const signal = signalOf(choice);
    // Which processes get it is looked up afresh, and written down before it is sent.
    if (signal !== null) return { ...base, secrets: [], command: `kill -${serviceSignals[signal]}`, wire: null };
    const secrets = [...new Set(commands.flatMap((command) => command.secrets))];
    const wire = commands.length === 1 ? (commands[0] ?? null) : null;
    return { ...base, secrets, command: commands.map(({ command }) => command).join('\n'), wire };
  },
  run: runService,
};

function signalOf(choice: string | null): ServiceSignal | null {
  return choice === 'kill' || choice === 'kill-9' ? choice : null;
}

async function runService(context: StepContext, action: ServiceAction): Promise<Outcome> {
  const sudo = serviceCommands(action)[0]?.sudo ?? null;
  const { port } = action.ready;
  const work: Work = {
    context,
    action,
    watch: new ProcessWatch(context, action.identity, port === null ? [] : [port], sudo),
  };
  const signal = signalOf(context.choice);
  if (signal !== null) return await signalService(work, signal, sudo);
  const { does } = action;
  switch (does.type) {
    case 'stop':
      return await stopService(work, does.stop);
    case 'start':
      return await startService(work, does.start, 'start');
    case 'restart':
      return await startService(work, does.restart, 'restart');
    case 'stop-start': {
      const stopped = await stopService(work, does.stop);
      if (stopped.verdict !== 'passed') return stopped;
      return both(stopped, await startService(work, does.start, 'start'));
    }
  }
}

/** A stop that went well and the start after it, as one attempt. */
function both(stopped: Outcome, started: Outcome): Outcome {
  const one = stopped.result?.kind === 'service' ? stopped.result : serviceResult();
  const other = started.result?.kind === 'service' ? started.result : serviceResult();
  return {
    ...started,
    effect: started.effect === 'none' ? 'partial' : started.effect,
    checks: [...stopped.checks, ...started.checks],
    result: { ...other, before: one.before, stopMs: one.stopMs },
  };
}
