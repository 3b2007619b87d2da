import { useEffect, useId, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { KnownPerson } from '../../../shared/contract/ipc/people.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { PinDialog } from './pin-dialog.tsx';

/** People whose keys were exchanged beforehand. */
export function PeopleSection() {
  const { t, people } = useText();
  const { readPeople } = useActions();
  const heading = useId();
  const known = useAppState((state) => state.identity.people);
  const [adding, setAdding] = useState(false);
  const [forgetting, setForgetting] = useState<KnownPerson | null>(null);
  useEffect(() => void readPeople(), [readPeople]);
  return (
    <section className="known-people" aria-labelledby={heading}>
      <div className="section-head">
        <h3 id={heading}>{people('person-known')}</h3>
        <Button className="button" onPress={() => setAdding(true)}>
          {people('person-add')}
        </Button>
      </div>
      {known === null ? <p className="quiet">{t('loading')}</p> : null}
      {known?.length === 0 ? <p className="quiet">{people('person-none')}</p> : null}
      <ul className="people-list">
        {(known ?? []).map((person) => (
          <li key={person.publicKey}>
            <div className="person-words">
              <span className="words">{person.name}</span>
              {person.contact === '' ? null : <span className="quiet words">{person.contact}</span>}
              <span className="fingerprint-line">{person.fingerprint}</span>
            </div>
            <Button
              className="button"
              aria-label={people('person-forget-named', { name: person.name })}
              onPress={() => setForgetting(person)}
            >
              {people('person-forget')}
            </Button>
          </li>
        ))}
      </ul>
      {adding ? <PinDialog onClose={() => setAdding(false)} /> : null}
      {forgetting === null ? null : <ForgetDialog person={forgetting} onClose={() => setForgetting(null)} />}
    </section>
  );
}

interface ForgetProps {
  readonly person: KnownPerson;
  readonly onClose: () => void;
}

/** Asks once, naming the person, before their key is forgotten. */
function ForgetDialog({ person, onClose }: ForgetProps) {
  const { t, people } = useText();
  const { forgetPerson } = useActions();
  const [failure, setFailure] = useState<Failure | null>(null);
  const forget = async (): Promise<void> => {
    const trouble = await forgetPerson(person.publicKey);
    if (trouble === null) onClose();
    else setFailure(trouble);
  };
  return (
    <DialogFrame title={people('person-forget-title', { name: person.name })} onClose={onClose} alert>
      <p className="consequence">{people('person-forget-text', { name: person.name })}</p>
      <p className="fingerprint-line">{person.fingerprint}</p>
      {failure === null ? null : <FailureNotice failure={failure} alert />}
      <div className="dialog-acts">
        <Button className="button" autoFocus onPress={onClose}>
          {t('cancel')}
        </Button>
        <Button className="button solid" onPress={() => void forget()}>
          {people('person-forget-named', { name: person.name })}
        </Button>
      </div>
    </DialogFrame>
  );
}
