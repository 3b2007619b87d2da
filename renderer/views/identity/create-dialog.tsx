import { type FormEvent, useState } from 'react';
import { Input, Label, Text, TextField } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { DialogActs } from '../../components/reason-dialog.tsx';
import { useText } from '../../components/use-text.ts';
import { personOf } from '../../store/app-state.ts';
import { useActions, useAppState } from '../../store/use-app.ts';

/** The fewest characters of a passphrase; main insists on the same. */
const atLeast = 12;

/** Makes the person's key: who they are, how to reach them, and what protects it where there is no keyring. */
export function CreateDialog({ keyring }: { readonly keyring: boolean }) {
  const { people } = useText();
  const { createIdentity, refuseIdentity } = useActions();
  const suggested = useAppState(personOf);
  const [name, setName] = useState(suggested);
  const [contact, setContact] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const missing = missingOf(name, keyring ? null : { passphrase, again });
  const onSubmit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || missing !== null) return;
    setBusy(true);
    setFailure(null);
    const wanted = { name: name.trim(), contact: contact.trim(), passphrase: keyring ? null : passphrase };
    setFailure(await createIdentity(wanted));
    setBusy(false);
  };
  return (
    <DialogFrame title={people('identity-create-title')} onClose={refuseIdentity} alert>
      <form className="dialog-form" onSubmit={(event) => void onSubmit(event)} autoComplete="off">
        <p className="consequence">{people('identity-create-text')}</p>
        <TextField className="field" value={name} onChange={setName} autoFocus isRequired>
          <Label>{people('identity-name')}</Label>
          <Input maxLength={255} autoComplete="off" />
        </TextField>
        <TextField className="field" value={contact} onChange={setContact}>
          <Label>{people('identity-contact')}</Label>
          <Input maxLength={255} autoComplete="off" placeholder={people('identity-contact-example')} />
        </TextField>
        {keyring ? (
          <p className="why">{people('identity-keyring-text')}</p>
        ) : (
          <Passphrase passphrase={passphrase} again={again} onPassphrase={setPassphrase} onAgain={setAgain} />
        )}
        {failure === null ? null : <FailureNotice failure={failure} alert />}
        <DialogActs
          submit={people(busy ? 'identity-creating' : 'identity-create')}
          danger={false}
          ready={!busy && missing === null}
          why={missing === null ? null : people(missing, { count: atLeast })}
          onClose={refuseIdentity}
        />
      </form>
    </DialogFrame>
  );
}

/** What still stands in the way, as a sentence's key. */
function missingOf(name: string, typed: { readonly passphrase: string; readonly again: string } | null) {
  if (name.trim() === '') return 'identity-name-needed' as const;
  if (typed === null) return null;
  if (lengthOf(typed.passphrase) < atLeast) return 'identity-passphrase-needed' as const;
  return typed.passphrase === typed.again ? null : ('identity-again-needed' as const);
}

const lengthOf = (text: string): number => [...text].length;

interface PassphraseProps {
  readonly passphrase: string;
  readonly again: string;
  readonly onPassphrase: (text: string) => void;
  readonly onAgain: (text: string) => void;
}

/** Typed twice, because nobody can be asked for it later; its length is the only measure that means anything. */
function Passphrase({ passphrase, again, onPassphrase, onAgain }: PassphraseProps) {
  const { people } = useText();
  const differs = again !== '' && !passphrase.startsWith(again) && again !== passphrase;
  return (
    <>
      <TextField className="field" type="password" value={passphrase} onChange={onPassphrase}>
        <Label>{people('identity-passphrase')}</Label>
        <Input autoComplete="new-password" spellCheck={false} maxLength={1_000} />
        <Text slot="description" className="why">
          {people('identity-passphrase-length', { count: lengthOf(passphrase), least: atLeast })}
        </Text>
      </TextField>
      <TextField className="field" type="password" value={again} onChange={onAgain} isInvalid={differs}>
        <Label>{people('identity-again')}</Label>
        <Input autoComplete="new-password" spellCheck={false} maxLength={1_000} />
        {differs ? (
          <Text slot="description" className="field-trouble">
            {people('identity-again-differs')}
          </Text>
        ) : null}
      </TextField>
      <p className="why">{people('identity-passphrase-text')}</p>
    </>
  );
}
