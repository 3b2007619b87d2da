import { useEffect, useId, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { FeedKind, FeedView } from '../../../shared/contract/ipc/feed.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import { type FeedForm, feedFaults, feedForm, feedSecret, feedSettings, isSecretKept } from '../../model/feed-form.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { Switch, SyslogFields, WebhookFields } from './feed-fields.tsx';
import { FeedPlace } from './feed-place.tsx';

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
  const change = (changes: Partial<FeedForm>): void => setForm({ ...form, ...changes });
  const faults = feedFaults(form, view);
  const fields = { form, faults: tried ? faults : {}, onChange: change };
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
  const status = (kind: FeedKind) => {
    const place = view.places.find((one) => one.kind === kind);
    return place === undefined ? null : <FeedPlace place={place} />;
  };
  return (
    <>
      <Switch on={form.syslogOn} label={evidence('feed-syslog')} onChange={(syslogOn) => change({ syslogOn })} />
      {form.syslogOn ? (
        <div className="feed-form">
          {status('syslog')}
          <SyslogFields {...fields} />
        </div>
      ) : null}
      <Switch on={form.webhookOn} label={evidence('feed-webhook')} onChange={(webhookOn) => change({ webhookOn })} />
      {form.webhookOn ? (
        <div className="feed-form">
          {status('webhook')}
          <WebhookFields {...fields} keyring={view.secret.keyring} kept={isSecretKept(form, view)} />
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
    </>
  );
}
