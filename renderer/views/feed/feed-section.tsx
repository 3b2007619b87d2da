import { useEffect, useId, useState } from 'react';
import { Button, Checkbox, FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { FeedView } from '../../../shared/contract/ipc.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import {
  type FeedFault,
  type FeedForm,
  feedFaults,
  feedForm,
  feedSecret,
  feedSettings,
  isSecretKept,
} from '../../model/feed-form.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { FeedPlaces } from './feed-places.tsx';

/** Where every record is sent on to: two forms, a test message, and how far each place has got. */
export function FeedSection() {
  const { t, evidence } = useText();
  const { readFeed } = useActions();
  const heading = useId();
  const view = useAppState((state) => state.feed);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => void readFeed().then(setFailure), [readFeed]);
  return (
    <section className="feed" aria-labelledby={heading}>
      <h3 id={heading}>{evidence('feed')}</h3>
      <p className="why">{evidence('feed-why')}</p>
      {failure === null ? null : <FailureNotice failure={failure} />}
      {view === null && failure === null ? <p className="quiet">{t('loading')}</p> : null}
      {view === null ? null : <FeedForms view={view} />}
    </section>
  );
}

type Busy = 'save' | 'test' | null;

function FeedForms({ view }: { readonly view: FeedView }) {
  const { evidence } = useText();
  const { changeFeed, testFeed } = useActions();
  const [form, setForm] = useState<FeedForm>(() => feedForm(view.settings));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState<Busy>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const faults = feedFaults(form, view);
  const change = (changes: Partial<FeedForm>): void => setForm({ ...form, ...changes });
  const say = (fault: FeedFault | undefined): string | null => (tried && fault !== undefined ? evidence(fault) : null);
  const secret = feedSecret(form);
  const changed = secret !== null || JSON.stringify(feedSettings(form)) !== JSON.stringify(view.settings);
  const during = async (what: Busy, work: () => Promise<Failure | null>): Promise<void> => {
    setBusy(what);
    setFailure(await work());
    setBusy(null);
  };
  const save = (): void => {
    setTried(true);
    if (Object.keys(faults).length > 0) return;
    void during('save', async () => {
      const trouble = await changeFeed(feedSettings(form), secret);
      if (trouble === null) setForm((now) => ({ ...now, secret: '' }));
      return trouble;
    });
  };
  return (
    <>
      <Switch on={form.syslogOn} label={evidence('feed-syslog')} onChange={(syslogOn) => change({ syslogOn })} />
      {form.syslogOn ? (
        <div className="feed-form">
          <div className="feed-pair">
            <Field
              label={evidence('feed-host')}
              value={form.host}
              fault={say(faults.host)}
              onChange={(host) => change({ host })}
            />
            <Field
              label={evidence('feed-port')}
              value={form.port}
              fault={say(faults.port)}
              onChange={(port) => change({ port })}
            />
          </div>
          <Switch on={form.tls} label={evidence('feed-tls')} onChange={(tls) => change({ tls })} />
          {form.tls ? (
            <Field
              label={evidence('feed-ca')}
              value={form.ca}
              why={evidence('feed-ca-why')}
              fault={say(faults.ca)}
              onChange={(ca) => change({ ca })}
            />
          ) : (
            <p className="why">{evidence('feed-open')}</p>
          )}
        </div>
      ) : null}
      <Switch on={form.webhookOn} label={evidence('feed-webhook')} onChange={(webhookOn) => change({ webhookOn })} />
      {form.webhookOn ? (
        <div className="feed-form">
          <Field
            label={evidence('feed-url')}
            value={form.url}
            why={evidence('feed-url-why')}
            fault={say(faults.url)}
            onChange={(url) => change({ url })}
          />
          {view.secret.keyring || form.header !== '' ? (
            <Field
              label={evidence('feed-header')}
              value={form.header}
              why={evidence('feed-header-why')}
              fault={say(faults.header)}
              onChange={(header) => change({ header })}
            />
          ) : (
            <p className="why">{evidence('feed-no-keyring')}</p>
          )}
          {form.header.trim() === '' ? null : (
            <Field
              label={evidence('feed-secret')}
              value={form.secret}
              why={evidence(isSecretKept(form, view) ? 'feed-secret-kept' : 'feed-secret-why')}
              fault={say(faults.secret)}
              hidden
              onChange={(typed) => change({ secret: typed })}
            />
          )}
        </div>
      ) : null}
      {failure === null ? null : <FailureNotice failure={failure} alert />}
      <div className="feed-acts">
        <Button className="button" isDisabled={!changed || busy !== null} onPress={save}>
          {evidence('feed-save')}
        </Button>
        <Button
          className="button"
          isDisabled={changed || busy !== null || view.places.length === 0}
          onPress={() => void during('test', testFeed)}
        >
          {evidence('feed-test')}
        </Button>
        <span className="why" role="status">
          {busy === 'test' ? evidence('feed-testing') : changed ? evidence('feed-unsaved') : null}
        </span>
      </div>
      <FeedPlaces view={view} />
    </>
  );
}

interface SwitchProps {
  readonly on: boolean;
  readonly label: string;
  readonly onChange: (on: boolean) => void;
}

function Switch({ on, label, onChange }: SwitchProps) {
  return (
    <Checkbox className="choice tick" isSelected={on} onChange={onChange}>
      {label}
    </Checkbox>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly why?: string;
  readonly fault: string | null;
  /** Dots instead of what is typed. */
  readonly hidden?: boolean;
  readonly onChange: (value: string) => void;
}

function Field({ label, value, why, fault, hidden = false, onChange }: FieldProps) {
  return (
    <TextField
      className="field"
      type={hidden ? 'password' : 'text'}
      value={value}
      onChange={onChange}
      isInvalid={fault !== null}
    >
      <Label>{label}</Label>
      <Input maxLength={4_096} spellCheck={false} autoComplete="off" />
      {why === undefined ? null : (
        <Text slot="description" className="why">
          {why}
        </Text>
      )}
      <FieldError className="field-error">{fault}</FieldError>
    </TextField>
  );
}
