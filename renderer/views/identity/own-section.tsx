import { useEffect, useId, useState } from 'react';
import { Button } from 'react-aria-components';
import type { IdentityView } from '../../../shared/contract/ipc/people.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { useIdentity } from './use-identity.ts';

/** Who the person of this installation is: their key, how it is kept, and the card to send to others. */
export function OwnSection() {
  const { people } = useText();
  const { readIdentity } = useActions();
  const heading = useId();
  useEffect(() => void readIdentity(), [readIdentity]);
  return (
    <section className="own" aria-labelledby={heading}>
      <h3 id={heading}>{people('identity-you')}</h3>
      <Own />
    </section>
  );
}

function Own() {
  const { t, people } = useText();
  const { unlockIdentity } = useActions();
  const { need } = useIdentity();
  const known = useAppState((state) => state.identity.known);
  if (known === null) return <p className="quiet">{t('loading')}</p>;
  const { identity, card, failure } = known;
  return (
    <>
      {failure === null ? null : (
        <FailureNotice failure={failure}>
          <Button className="button" onPress={() => void unlockIdentity('')}>
            {people('identity-try-again')}
          </Button>
        </FailureNotice>
      )}
      {identity === null ? null : <Facts identity={identity} />}
      {identity?.locked === true && failure === null ? (
        <Button className="button" onPress={() => void need()}>
          {people('identity-unlock-open')}
        </Button>
      ) : null}
      {card === null ? null : <OwnCard card={card} />}
      {identity === null && failure === null ? (
        <div className="own-none">
          <p>{people('identity-none')}</p>
          <Button className="button" onPress={() => void need()}>
            {people('identity-create-open')}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Facts({ identity }: { readonly identity: IdentityView }) {
  const { people } = useText();
  return (
    <dl className="key-facts">
      <dt>{people('identity-name')}</dt>
      <dd className="words">{identity.name}</dd>
      {identity.contact === '' ? null : (
        <>
          <dt>{people('identity-contact')}</dt>
          <dd className="words">{identity.contact}</dd>
        </>
      )}
      <dt>{people('identity-fingerprint')}</dt>
      <dd className="fingerprint-line">{identity.fingerprint}</dd>
      <dt>{people('identity-protection')}</dt>
      <dd>
        <p>{people(`identity-kept-${identity.protection}`)}</p>
        <p>{people(identity.locked ? 'identity-is-locked' : 'identity-is-unlocked')}</p>
      </dd>
    </dl>
  );
}

/** The card as text to send. Copied says so until another card stands here. */
function OwnCard({ card }: { readonly card: string }) {
  const { people } = useText();
  const label = useId();
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null);
  const copy = (): void => {
    navigator.clipboard.writeText(card).then(
      () => setCopied('yes'),
      () => setCopied('no'),
    );
  };
  return (
    <div className="field">
      <span className="label" id={label}>
        {people('card-label')}
      </span>
      <textarea
        className="card-text"
        readOnly
        rows={3}
        value={card}
        aria-labelledby={label}
        spellCheck={false}
        onFocus={(event) => event.target.select()}
      />
      <div className="card-acts">
        <Button className="button" onPress={copy}>
          {people('card-copy')}
        </Button>
        <span className="why" role="status">
          {copied === null ? null : people(copied === 'yes' ? 'card-copied' : 'card-not-copied')}
        </span>
      </div>
      <p className="why">{people('card-why')}</p>
    </div>
  );
}
