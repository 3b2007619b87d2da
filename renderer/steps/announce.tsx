import { useState } from 'react';
import { Button, Label, TextArea, TextField } from 'react-aria-components';
import { messageBytes, mostBytes } from '../../shared/announce/answer.ts';
import { draftAnnouncement } from '../../shared/announce/draft.ts';
import type { PlanChannel } from '../../shared/checklist/plan.ts';
import { isSettled } from '../../shared/run/state.ts';
import { useText } from '../components/use-text.ts';
import { emptyDraft } from '../model/evidence.ts';
import { useActions, useRun } from '../store/use-app.ts';
import type { ResultProps, RoomProps, StepRoom } from './room.ts';

function AnnounceAct({ step, action, target, open }: RoomProps<'announce'>) {
  const { t, step: words } = useText();
  const state = useRun((run) => run.state);
  const typed = useRun(({ drafts }) => drafts[`${step.id}/${target.target}`] ?? emptyDraft).text;
  const actions = useActions();
  if (isSettled(target.status)) return null;
  const channel = state.plan.channels.find(({ name }) => name === action.to);
  const text = typed ?? draftAnnouncement(state, step, action, words);
  return (
    <>
      <Lead channel={channel} to={action.to} />
      {open ? (
        <TextField
          className="field"
          value={text}
          onChange={(changed) => actions.draft(step.id, target.target, { text: changed })}
        >
          <Label>{t('announce-text')}</Label>
          <TextArea rows={8} maxLength={20_000} />
        </TextField>
      ) : (
        <pre className="kept">{text}</pre>
      )}
      <div className="announce-foot">
        <Size channel={channel} text={text} />
        {typed === null || !open ? null : (
          <Button className="button" onPress={() => actions.draft(step.id, target.target, { text: null })}>
            {t('announce-redraft')}
          </Button>
        )}
        {channel?.type === 'clipboard' && open ? <Copy text={text} /> : null}
      </div>
    </>
  );
}

interface ChannelProps {
  readonly channel: PlanChannel | undefined;
}

function Lead({ channel, to }: ChannelProps & { readonly to: string }) {
  const { t } = useText();
  if (channel?.type === 'clipboard') return <p className="lead">{t('announce-lead-clipboard', { channel: to })}</p>;
  const type = channel === undefined ? '–' : t(`channel-${channel.type}`);
  return <p className="lead">{t('announce-lead', { channel: to, type })}</p>;
}

/** How much of what the service takes the text needs; nothing where it takes any. */
function Size({ channel, text }: ChannelProps & { readonly text: string }) {
  const { t } = useText();
  const most = channel === undefined ? null : mostBytes(channel.type);
  if (channel === undefined || most === null) return null;
  const bytes = messageBytes(channel.type, text);
  const params = { bytes, most };
  return bytes > most ? (
    <span className="field-trouble" role="alert">
      {t('announce-too-long', params)}
    </span>
  ) : (
    <span className="quiet">{t('announce-bytes', params)}</span>
  );
}

function Copy({ text }: { readonly text: string }) {
  const { t } = useText();
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <>
      <Button className="button" onPress={copy}>
        {t('announce-copy')}
      </Button>
      <span role="status" className={copied === false ? 'field-trouble' : 'quiet'}>
        {copied === null ? '' : t(copied ? 'announce-copied' : 'announce-not-copied')}
      </span>
    </>
  );
}

function AnnounceResult({ attempt, result }: ResultProps<'announce'>) {
  const { t } = useText();
  const { channel, status, code, said } = result;
  return (
    <>
      <p className="lead">
        {status === null
          ? t('announce-pasted', { channel })
          : t('announce-answer', { channel, status, code, said: said === '' ? '' : `· ${said}` })}
      </p>
      {attempt.text === null ? null : (
        <details className="cause">
          <summary>{t('announce-sent-text')}</summary>
          <pre>{attempt.text}</pre>
        </details>
      )}
    </>
  );
}

/** A message to people, seen and changed before it is sent. */
export const announceRoom: StepRoom<'announce'> = {
  Act: AnnounceAct,
  Result: AnnounceResult,
  words: () => ({ first: 'announce-on', again: 'announce-again-on', busy: 'announce-busy' }),
  exact: ({ draft }) => draft.map((part) => (typeof part === 'string' ? part : `\${run.${part.run}}`)).join(''),
  answeredByPerson: false,
  draft: draftAnnouncement,
};
