import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { IdentityView } from '../../../shared/contract/ipc/people.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { useActions, useApp } from '../../store/use-app.ts';

/** Before anything of the run is here: getting in touch, waiting to be admitted, turned away. */
export function LinkPage({ followed: { link, lost } }: { readonly followed: Followed }) {
  const { checker } = useText();
  const { stopFollowing } = useActions();
  const { title, lead } = useWords(link);
  const over = link.status === 'refused' || link.status === 'over';
  const busy = link.status === 'connecting' || link.status === 'waiting' || link.status === 'connected';
  return (
    <main className="link-page">
      <p className="role-mark is-joining">
        <strong>{checker('role-joining')}</strong>
      </p>
      <h1>{title}</h1>
      {busy ? (
        <span className="link-moving" aria-hidden="true">
          <span className="moving" />
        </span>
      ) : null}
      {lead === null ? null : (
        <p className="lead" role="status">
          {lead}
        </p>
      )}
      {link.status === 'waiting' ? <OwnKey /> : null}
      {link.failure === null ? null : <FailureNotice failure={link.failure} alert />}
      {lost === null || lost.tries === 0 ? null : (
        <p className="quiet number">{checker('lost-tries', { count: lost.tries })}</p>
      )}
      <dl className="key-facts">
        <dt>{checker('link-address')}</dt>
        <dd className="mono">{link.address}</dd>
        <dt>{checker('link-certificate')}</dt>
        <dd className="mono">{link.certificate}</dd>
      </dl>
      <div>
        <Button className={over ? 'button solid' : 'button'} autoFocus={over} onPress={() => void stopFollowing()}>
          {checker(over ? 'joining-home' : 'joining-stop')}
        </Button>
      </div>
    </main>
  );
}

function useWords(link: Followed['link']): { readonly title: string; readonly lead: string | null } {
  const { checker } = useText();
  const { address } = link;
  switch (link.status) {
    case 'waiting':
      return { title: checker('joining-waiting'), lead: checker('joining-waiting-text') };
    case 'refused':
      return { title: checker('joining-refused'), lead: null };
    case 'over':
      return link.bye === 'declined'
        ? { title: checker('joining-declined'), lead: checker('joining-declined-text') }
        : { title: checker('joining-refused'), lead: checker(`over-${link.bye ?? 'unknown'}`, { result: '' }) };
    case 'lost':
      return { title: checker('joining-lost'), lead: null };
    case 'altered':
      return { title: checker('altered-title'), lead: null };
    default:
      return { title: checker('joining-connecting', { address }), lead: checker('joining-connecting-text') };
  }
}

/** What the operator compares: read out by telephone. */
function OwnKey() {
  const { checker } = useText();
  const { api } = useApp();
  const [own, setOwn] = useState<IdentityView | null>(null);
  useEffect(() => {
    let here = true;
    api.request('identity:get', {}).then(
      ({ identity }) => here && setOwn(identity),
      // Without it the page says less; the link goes on.
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [api]);
  if (own === null) return null;
  return (
    <dl className="own-key">
      <dt>{checker('joining-your-name')}</dt>
      <dd>{own.name}</dd>
      <dt>{checker('joining-your-key')}</dt>
      <dd className="fingerprint">{own.fingerprint}</dd>
    </dl>
  );
}
