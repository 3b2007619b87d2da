import { type FormEvent, useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { IdentityView } from '../../../shared/contract/ipc/people.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { CreateDialog } from './create-dialog.tsx';

/** Whatever stands between the person and their signature: no key yet, a locked one, or one that cannot be read. */
export function IdentityGate() {
  const { known, wanted } = useAppState((state) => state.identity);
  if (!wanted || known === null) return null;
  if (known.identity === null && known.failure === null) return <CreateDialog keyring={known.keyring} />;
  if (known.identity?.protection === 'passphrase') return <UnlockDialog identity={known.identity} />;
  return <TroubleDialog failure={known.failure ?? { code: 'identity-locked', params: {}, cause: null }} />;
}

/** Asks for the passphrase of the person's own key. */
export function UnlockDialog({ identity }: { readonly identity: IdentityView }) {
  const { t, people } = useText();
  const { unlockIdentity, refuseIdentity } = useActions();
  const [passphrase, setPassphrase] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const onSubmit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || passphrase === '') return;
    setBusy(true);
    setFailure(null);
    setFailure(await unlockIdentity(passphrase));
    setBusy(false);
  };
  return (
    <DialogFrame title={people('identity-unlock-title', { name: identity.name })} onClose={refuseIdentity} alert>
      <form className="dialog-form" onSubmit={(event) => void onSubmit(event)} autoComplete="off">
        <p className="consequence">{people('identity-unlock-text')}</p>
        <p className="fingerprint-line">{identity.fingerprint}</p>
        <TextField className="field" type="password" value={passphrase} onChange={setPassphrase} autoFocus>
          <Label>{people('identity-passphrase')}</Label>
          <Input autoComplete="off" spellCheck={false} maxLength={1_000} />
        </TextField>
        {failure === null ? null : <FailureNotice failure={failure} alert />}
        <div className="dialog-acts">
          <Button className="button" onPress={refuseIdentity}>
            {t('cancel')}
          </Button>
          <Button type="submit" className="button solid" isDisabled={busy || passphrase === ''}>
            {people(busy ? 'identity-unlocking' : 'identity-unlock')}
          </Button>
        </div>
      </form>
    </DialogFrame>
  );
}

/** The key is there and cannot be had: damaged, or the keyring keeps it to itself. */
function TroubleDialog({ failure }: { readonly failure: Failure }) {
  const { people, t } = useText();
  const { unlockIdentity, refuseIdentity } = useActions();
  return (
    <DialogFrame title={people('identity-trouble-title')} onClose={refuseIdentity} alert>
      <FailureNotice failure={failure} />
      <div className="dialog-acts">
        <Button className="button" onPress={refuseIdentity}>
          {t('cancel')}
        </Button>
        <Button className="button solid" autoFocus onPress={() => void unlockIdentity('')}>
          {people('identity-try-again')}
        </Button>
      </div>
    </DialogFrame>
  );
}
