import { type FormEvent, useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { PromptView } from '../../shared/contract/ipc/preflight.ts';
import { DialogFrame } from '../components/dialog-frame.tsx';
import { useText } from '../components/use-text.ts';
import { useActions, useAppState } from '../store/use-app.ts';

/** The question that has waited longest, over whatever screen is open. Each is answered on its own. */
export function Prompts() {
  const prompt = useAppState((state) => state.prompts[0]);
  if (prompt === undefined) return null;
  return prompt.kind === 'host-key' ? (
    <HostKeyDialog key={prompt.id} prompt={prompt} />
  ) : (
    <SecretDialog key={prompt.id} prompt={prompt} />
  );
}

function Waiting() {
  const { t } = useText();
  const more = useAppState((state) => state.prompts.length - 1);
  return more > 0 ? <p className="quiet">{t('more-questions', { count: more })}</p> : null;
}

function HostKeyDialog({ prompt }: { readonly prompt: PromptView }) {
  const { t } = useText();
  const { answerPrompt } = useActions();
  const { host, params } = prompt;
  const place = [params['address'], params['port']].filter((part) => part !== undefined && part !== '').join(':');
  return (
    <DialogFrame
      title={t('host-key-title', { host: host ?? place })}
      onClose={() => void answerPrompt(prompt.id, ['refuse'])}
      size="medium"
      alert
    >
      <p className="consequence">{t('host-key-text', { host: host ?? place })}</p>
      <dl className="key-facts">
        <dt>{t('host-key-address')}</dt>
        <dd className="mono">{place || host}</dd>
        <dt>{t('host-key-type')}</dt>
        <dd className="mono">{params['keyType'] ?? ''}</dd>
        <dt>{t('host-key-fingerprint')}</dt>
        <dd className="fingerprint">{params['fingerprint'] ?? ''}</dd>
      </dl>
      <p>{t('host-key-how')}</p>
      <div className="dialog-acts">
        <Button className="button" autoFocus onPress={() => void answerPrompt(prompt.id, ['refuse'])}>
          {t('host-key-refuse')}
        </Button>
        <Button className="button solid" onPress={() => void answerPrompt(prompt.id, ['accept'])}>
          {t('host-key-accept', { host: host ?? place })}
        </Button>
      </div>
      <Waiting />
    </DialogFrame>
  );
}

function SecretDialog({ prompt }: { readonly prompt: PromptView }) {
  const { t } = useText();
  const { answerPrompt } = useActions();
  const [values, setValues] = useState<readonly string[]>(() => prompt.fields.map(() => ''));
  const kind = prompt.kind === 'host-key' ? 'secret' : prompt.kind;
  const params: Readonly<Record<string, string>> = { host: prompt.host ?? '', ...prompt.params };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void answerPrompt(prompt.id, values);
  };
  return (
    <DialogFrame title={t(`prompt-${kind}-title`, params)} onClose={() => void answerPrompt(prompt.id, null)} alert>
      <form className="dialog-form" onSubmit={submit} autoComplete="off">
        {Number(params['try'] ?? '1') > 1 ? <p className="field-trouble">{t('prompt-again')}</p> : null}
        <p className="consequence">{t(`prompt-${kind}-text`, params)}</p>
        {prompt.fields.map((field, index) => (
          <TextField
            // biome-ignore lint/suspicious/noArrayIndexKey: a server may ask two questions with the same words.
            key={index}
            className="field"
            type={field.secret ? 'password' : 'text'}
            value={values[index] ?? ''}
            onChange={(value) => setValues(values.with(index, value))}
            autoFocus={index === 0}
          >
            <Label>{field.label || t(`prompt-${kind}-label`)}</Label>
            <Input autoComplete="off" spellCheck={false} />
          </TextField>
        ))}
        <p className="why">{t('prompt-memory-only')}</p>
        <div className="dialog-acts">
          <Button className="button" onPress={() => void answerPrompt(prompt.id, null)}>
            {t('cancel')}
          </Button>
          <Button type="submit" className="button solid">
            {t(`prompt-${kind}-submit`)}
          </Button>
        </div>
        <Waiting />
      </form>
    </DialogFrame>
  );
}
