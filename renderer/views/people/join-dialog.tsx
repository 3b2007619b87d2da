import { type FormEvent, useState } from 'react';
import { Input, Label, TextArea, TextField } from 'react-aria-components';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { DialogActs } from '../../components/reason-dialog.tsx';
import { useNow } from '../../components/use-now.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { addressOf, forwardLine, type InvitationWords, invitationWords } from '../../model/people/invitation.ts';
import type { JoinState } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { useIdentity } from '../identity/use-identity.ts';

/** Follows somebody's run: the invitation is read out before anything is connected, and what fails is said here. */
export function JoinDialog({ joining }: { readonly joining: JoinState }) {
  const text = useText();
  const { people } = text;
  const { draftJoin, showJoin, joinRun } = useActions();
  const { need } = useIdentity();
  const { invitation, address, busy, failure } = joining;
  const [other, setOther] = useState(address !== '');
  const words = invitationWords(invitation);
  const now = useNow(words !== null);
  const expired = words !== null && words.expiresAt.getTime() <= now;
  const elsewhere = other && address.trim() !== '' ? addressOf(address) : null;
  const wrong = other && address.trim() !== '' && elsewhere === null;
  const why = whyNot({ invitation, words, expired, wrong }, now, text);
  const onSubmit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (why !== null || busy || !(await need())) return;
    await joinRun(invitation.trim(), elsewhere);
  };
  return (
    <DialogFrame title={people('join-title')} onClose={() => showJoin(false)} size="medium" alert>
      <form className="dialog-form" onSubmit={(event) => void onSubmit(event)}>
        <p className="consequence">{people('join-text')}</p>
        <TextField
          className="field"
          value={invitation}
          onChange={(value) => draftJoin({ invitation: value })}
          isRequired
          autoFocus
        >
          <Label>{people('join-invitation')}</Label>
          <TextArea className="invitation-text" rows={4} maxLength={8_000} autoComplete="off" spellCheck="false" />
        </TextField>
        {words === null ? null : <Says words={words} left={words.expiresAt.getTime() - now} />}
        <details className="join-other" open={other} onToggle={(event) => setOther(event.currentTarget.open)}>
          <summary>{people('join-other')}</summary>
          <TextField
            className="field"
            value={address}
            onChange={(value) => draftJoin({ address: value })}
            isInvalid={wrong}
          >
            <Label>{people('join-address')}</Label>
            <Input maxLength={300} autoComplete="off" spellCheck="false" />
          </TextField>
          {words === null ? null : <Forward address={words.addresses[0] ?? ''} />}
        </details>
        {failure === null ? null : <FailureNotice failure={failure} alert />}
        <DialogActs
          submit={people(busy ? 'join-busy' : 'join-submit')}
          danger={false}
          ready={why === null && !busy}
          why={why}
          onClose={() => showJoin(false)}
        />
      </form>
    </DialogFrame>
  );
}

interface Situation {
  readonly invitation: string;
  readonly words: InvitationWords | null;
  readonly expired: boolean;
  readonly wrong: boolean;
}

function whyNot({ invitation, words, expired, wrong }: Situation, now: number, text: Text): string | null {
  const { people, ticking } = text;
  if (invitation.trim() === '') return people('join-needed');
  if (words === null) return people('join-invitation-wrong');
  if (expired) return people('join-expired', { span: ticking(now - words.expiresAt.getTime()) });
  return wrong ? people('join-address-wrong', { port: portOf(words.addresses[0] ?? '') }) : null;
}

const portOf = (address: string): string => address.slice(address.lastIndexOf(':') + 1);

/** What the invitation says, to be compared before anything is sent. */
function Says({ words, left }: { readonly words: InvitationWords; readonly left: number }) {
  const { people, ticking } = useText();
  return (
    <section className="join-says" aria-label={people('join-says')}>
      <dl className="key-facts">
        <dt>{people('join-reached-at')}</dt>
        <dd className="mono addresses">{words.addresses.join('\n')}</dd>
        <dt>{people('join-certificate')}</dt>
        <dd>
          <span className="fingerprint-line">{words.certificate}</span>
          <p className="quiet">{people('join-certificate-how')}</p>
        </dd>
        <dt>{people('join-valid')}</dt>
        <dd className={left > 0 ? 'number' : 'number is-failed'}>
          {left > 0
            ? people('join-expires-in', { span: ticking(left) })
            : people('join-expired', { span: ticking(-left) })}
        </dd>
      </dl>
    </section>
  );
}

/** How a port is forwarded, with the invitation's own address filled in. */
function Forward({ address }: { readonly address: string }) {
  const { people } = useText();
  return (
    <>
      <p className="quiet">{people('join-forward', { port: portOf(address) })}</p>
      <pre className="forward-line">{forwardLine(address)}</pre>
    </>
  );
}
