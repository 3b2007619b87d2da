import { type FormEvent, useState } from 'react';
import { Label, TextArea, TextField } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { Person } from '../../../shared/contract/events.ts';
import { readCard } from '../../../shared/people/card.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { DialogActs } from '../../components/reason-dialog.tsx';
import { useText } from '../../components/use-text.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { useFingerprint } from './use-fingerprint.ts';

/** Pastes a card, shows whom it names and the fingerprint to compare, and only then keeps it. */
export function PinDialog({ onClose }: { readonly onClose: () => void }) {
  const { people, failure: words } = useText();
  const { pinPerson } = useActions();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const own = useAppState((state) => state.identity.known?.identity?.publicKey ?? null);
  const person = readCard(text)?.person ?? null;
  const fingerprint = useFingerprint(person?.publicKey ?? null);
  const mine = person !== null && person.publicKey === own;
  const unreadable = text.trim() !== '' && person === null;
  const ready = person !== null && fingerprint !== null && !mine && !busy;
  const type = (next: string): void => {
    setText(next);
    setFailure(null);
  };
  const onSubmit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!ready) return;
    setBusy(true);
    const trouble = await pinPerson(text);
    setBusy(false);
    if (trouble === null) onClose();
    else setFailure(trouble);
  };
  return (
    <DialogFrame title={people('person-add-title')} onClose={onClose} alert>
      <form className="dialog-form" onSubmit={(event) => void onSubmit(event)} autoComplete="off">
        <TextField className="field" value={text} onChange={type} autoFocus isInvalid={unreadable}>
          <Label>{people('person-card')}</Label>
          <TextArea className="card-text" rows={4} maxLength={20_000} spellCheck={false} />
        </TextField>
        {unreadable ? (
          <p className="field-trouble" role="status">
            {words({ code: 'identity-card-invalid', params: {}, cause: null }).what}
          </p>
        ) : null}
        {person === null ? null : <Whose person={person} fingerprint={fingerprint} mine={mine} />}
        {failure === null ? null : <FailureNotice failure={failure} alert />}
        <DialogActs
          submit={person === null ? people('person-keep') : people('person-keep-named', { name: person.name })}
          danger={false}
          ready={ready}
          why={person === null ? people('person-card-needed') : null}
          onClose={onClose}
        />
      </form>
    </DialogFrame>
  );
}

interface WhoseProps {
  readonly person: Person;
  readonly fingerprint: string | null;
  readonly mine: boolean;
}

/** Whom a card names, and what speaks against believing it. */
function Whose({ person, fingerprint, mine }: WhoseProps) {
  const { people } = useText();
  const known = useAppState((state) => state.identity.people ?? []);
  const before = known.find(({ publicKey }) => publicKey === person.publicKey);
  const namesake = known.find(({ name, publicKey }) => name === person.name && publicKey !== person.publicKey);
  return (
    <>
      <dl className="key-facts">
        <dt>{people('identity-name')}</dt>
        <dd className="words">{person.name}</dd>
        {person.contact === '' ? null : (
          <>
            <dt>{people('identity-contact')}</dt>
            <dd className="words">{person.contact}</dd>
          </>
        )}
        <dt>{people('identity-fingerprint')}</dt>
        <dd className="fingerprint">{fingerprint ?? '…'}</dd>
      </dl>
      {mine ? <Notice tone="caution">{people('person-own')}</Notice> : null}
      {before === undefined ? null : <Notice tone="calm">{people('person-before', { name: before.name })}</Notice>}
      {namesake === undefined ? null : (
        <Notice tone="caution" alert>
          <p>{people('person-namesake', { name: namesake.name })}</p>
          <p className="fingerprint-line">{namesake.fingerprint}</p>
        </Notice>
      )}
      {mine ? null : <p>{people('person-compare', { name: person.name })}</p>}
    </>
  );
}
