import { filledText, name, shape } from '../checklist/parts.ts';
import { listNames } from '../checklist/problem.ts';
import { nearest } from '../checklist/suggest.ts';
import { type AnnounceAction, type RunWord, runWords } from './actions/announce.ts';
import type { ResolveContext, StepKindDoor } from './kind.ts';

const schema = shape({
  to: name.meta({ description: 'A channel that the environment declares.' }),
  text: filledText.meta({
    asWritten: true,
    description: `The draft; a person sees it before it is sent. It may say \${run.X}, X being ${runWords.join(', ')}.`,
  }),
}).meta({
  description: 'Tell people: a message to a channel, drafted from the run, seen before it is sent, sent once.',
});

/** `announce:` a message to a duty group. */
export const announce: StepKindDoor<'announce', typeof schema> = {
  schema,
  defaultEffect: 'write',
  canWrite: true,
  verifiable: false,
  needsHosts: () => false,
  probes: () => [],
  includes: () => [],
  probe: () => null,
  resolve(source, context): AnnounceAction {
    const channels = context.environment.channels.map((channel) => channel.name);
    if (!channels.includes(source.to)) {
      const params = { channel: source.to, known: channels.length === 0 ? '–' : listNames(channels) };
      context.report(['to'], 'channel-unknown', { ...params, nearest: nearest(source.to, channels) ?? '–' });
    }
    return { kind: 'announce', to: source.to, draft: draftOf(source.text, context) };
  },
  describe: (action, text) => [
    text('announce', { channel: action.to }),
    ...action.draft
      .map((part) => (typeof part === 'string' ? part : `\${run.${part.run}}`))
      .join('')
      .split('\n'),
  ],
};

/** What stands between the words about the run is text like any other. */
function draftOf(written: string, context: ResolveContext): AnnounceAction['draft'] {
  const parts: AnnounceAction['draft'] = [];
  let end = 0;
  const putUpTo = (index: number): void => {
    if (index > end) parts.push(context.text(written.slice(end, index), ['text']));
  };
  for (const match of written.matchAll(/\$\$\{|\$\{run\.([^}\n]*)\}/g)) {
    const word = match[1];
    if (word === undefined) continue;
    putUpTo(match.index);
    end = match.index + match[0].length;
    if (isRunWord(word)) parts.push({ run: word });
    else context.report(['text'], 'announce-word-unknown', { written: match[0], known: listNames(runWords) });
  }
  putUpTo(written.length);
  return parts;
}

function isRunWord(word: string): word is RunWord {
  return (runWords as readonly string[]).includes(word);
}
