import { messageBytes, mostBytes, readAnswer } from '../../../shared/announce/answer.ts';
import { draftAnnouncement } from '../../../shared/announce/draft.ts';
import type { Plan, PlanChannel } from '../../../shared/checklist/plan.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { AnnounceAction, AnnounceResult } from '../../../shared/steps/actions/announce.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { type Message, messageFor, webhookUrl } from './announce-message.ts';
import { dialFromHere } from './http-dial.ts';
import { type Exchanged, exchange } from './http-exchange.ts';
import { defaultPlace } from './http-fetch.ts';
import { nothingSent, type Outcome, outcome, type Sending, type StepContext, type StepEngine } from './step-runner.ts';

const timeoutMs = 20_000;
const answerBytes = 100_000;

/** The engine's door of `announce`: sends the text that a person saw, once, and keeps the answer. */
export const announceEngine: StepEngine<AnnounceAction> = {
  sending: (action, { plan, text }): Sending => {
    const channel = channelOf(plan, action);
    if (channel === null) return nothingSent;
    return {
      ...nothingSent,
      secrets: [channel.url, channel.key].filter((name) => name !== null),
      command: text,
      recorded: channel.type !== 'clipboard',
    };
  },
  run: runAnnounce,
};

function channelOf(plan: Plan, { to }: AnnounceAction): PlanChannel | null {
  return plan.channels.find(({ name }) => name === to) ?? null;
}

async function runAnnounce(context: StepContext, action: AnnounceAction): Promise<Outcome> {
  const channel = channelOf(context.plan, action);
  if (channel === null) return notSent('channel-gone', { channel: action.to });
  if (channel.type === 'clipboard') {
    // What reached the clipboard is no message yet: only a person can say that they pasted it.
    return context.text === null
      ? outcome('inconclusive', { effect: 'none', failure: failure('announce-unconfirmed', { channel: action.to }) })
      : outcome('passed', { result: resultOf(channel, null, '', '') });
  }
  const text = context.text ?? drafted(context, action);
  const [bytes, most] = [messageBytes(channel.type, text), mostBytes(channel.type)];
  if (most !== null && bytes > most) {
    return notSent('announce-too-long', { channel: action.to, bytes: String(bytes), most: String(most) });
  }
  const url = webhookUrl((channel.url === null ? null : context.secret(channel.url)) ?? '');
  if (url === null) return notSent('announce-url', { channel: action.to, secret: channel.url ?? '–' });
  const key = channel.key === null ? null : context.secret(channel.key);
  const message = messageFor(channel.type, url, key, text, aboutRun(context), context.clock.now());
  return await send(context, channel, message, text);
}

function notSent(code: Parameters<typeof failure>[0], params: Readonly<Record<string, string>>): Outcome {
  return outcome('failed', { effect: 'none', failure: failure(code, params) });
}

/** Without a person at the screen the draft is sent as it stands. */
function drafted(context: StepContext, action: AnnounceAction): string {
  const { t } = createTranslator('en');
  const words = (key: string, params?: Readonly<Record<string, unknown>>) => t(`steps:${key}`, { ...params });
  return draftAnnouncement(context.state(), context.step, action, words);
}

function aboutRun({ plan, runId, step }: StepContext) {
  return { title: plan.title, environment: plan.environment, run: runId, step: step.id };
}

async function send(context: StepContext, channel: PlanChannel, message: Message, text: string): Promise<Outcome> {
  try {
    await context.output.write('stdout', Buffer.from(`> ${channel.name} (${channel.type})\n${text}\n\n`, 'utf8'));
    await context.note(text);
  } catch (error) {
    // Nothing leaves this computer unrecorded.
    return outcome('failed', { effect: 'none', failure: failure('recording-unwritable', {}, error) });
  }
  const sent = await exchange({
    method: 'POST',
    url: message.url,
    to: defaultPlace(message.url),
    headers: message.headers,
    body: message.body,
    authorities: [],
    timeoutMs,
    mostBytes: answerBytes,
    clock: context.clock,
    cancelled: context.cancelled,
    dial: dialFromHere,
  });
  const answered = sent.answer === null ? '' : sent.answer.body.toString('utf8');
  const line = sent.answer === null ? `! ${sent.failure?.code}` : `< ${sent.answer.status} ${answered}`;
  await Promise.resolve(context.output.write('stdout', Buffer.from(`${line}\n`, 'utf8'))).catch(() => {});
  return judge(channel, sent, answered);
}

function judge(channel: PlanChannel, sent: Exchanged, answered: string): Outcome {
  const { answer } = sent;
  if (answer === null) {
    const problem = sent.failure ?? failure('http-broken');
    // It may have been said already; said twice is worse than asked about.
    return sent.sent
      ? outcome('unknown', { failure: problem })
      : outcome('failed', { effect: 'none', failure: problem });
  }
  const { verdict, code, message } = readAnswer(channel.type, answer.status, answered);
  const result = resultOf(channel, answer.status, code, message);
  if (verdict === 'sent') return outcome('passed', { result });
  const params = { channel: channel.name, status: String(answer.status), code, said: message };
  if (verdict === 'unsure') return outcome('unknown', { result, failure: failure('announce-unsure', params) });
  return outcome('failed', { effect: 'none', result, failure: failure('announce-refused', params) });
}

function resultOf(channel: PlanChannel, status: number | null, code: string, said: string): AnnounceResult {
  return {
    kind: 'announce',
    channel: channel.name,
    status,
    code: code.slice(0, 50),
    said: said.slice(0, limits.excerptChars),
  };
}
