import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { MirrorView } from '../../../shared/contract/ipc/people.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { DialogActs } from '../../components/reason-dialog.tsx';
import { useNow } from '../../components/use-now.ts';
import { useText } from '../../components/use-text.ts';
import { knownAddressOf } from '../../model/people/invitation.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { useIdentity } from '../identity/use-identity.ts';
import { QrCode } from './qr-code.tsx';

interface Props {
  readonly run: OpenRun;
  readonly onClose: () => void;
}

/** Lets somebody follow: opens the run to others, then shows the one unused invitation in every form it is handed on. */
export function InviteDialog({ run, onClose }: Props) {
  const { people } = useText();
  const view = useAppState((state) => (state.mirror?.view.open === true ? state.mirror.view : null));
  const [closing, setClosing] = useState(false);
  const back = (): void => setClosing(false);
  if (view !== null && closing) return <CloseDialog run={run} onBack={back} onClose={onClose} />;
  return (
    <DialogFrame title={people('invite-title')} onClose={onClose} size={view === null ? 'small' : 'medium'}>
      {view === null ? (
        <OpenForm onClose={onClose} />
      ) : (
        <Invitation view={view} onCloseMirror={() => setClosing(true)} onClose={onClose} />
      )}
    </DialogFrame>
  );
}

/** One request at a time, and what went wrong with the last. */
function useAsking() {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  // A second press comes before the first has been drawn.
  const asking = useRef(false);
  const ask = async (work: () => Promise<Failure | null>): Promise<boolean> => {
    if (asking.current) return false;
    asking.current = true;
    setBusy(true);
    setFailure(null);
    const found = await work();
    asking.current = false;
    setFailure(found);
    setBusy(false);
    return found === null;
  };
  return { busy, failure, ask };
}

function OpenForm({ onClose }: Pick<Props, 'onClose'>) {
  const { people } = useText();
  const { openMirror } = useActions();
  const { need } = useIdentity();
  const [address, setAddress] = useState('');
  const { busy, failure, ask } = useAsking();
  const known = knownAddressOf(address);
  const wrong = address.trim() !== '' && known === null;
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    // Without a key there is nobody who could invite; refusing to make one leaves the dialog as it was.
    if (!wrong) void ask(async () => ((await need()) ? openMirror(known) : null));
  };
  return (
    <form className="dialog-form" onSubmit={onSubmit}>
      <p className="consequence">{people('invite-text')}</p>
      <TextField className="field" value={address} onChange={setAddress} isInvalid={wrong}>
        <Label>{people('invite-known')}</Label>
        <Input maxLength={300} autoComplete="off" spellCheck="false" />
        <p className="quiet">{people('invite-known-how')}</p>
      </TextField>
      {failure === null ? null : <FailureNotice failure={failure} alert />}
      <DialogActs
        submit={people(busy ? 'invite-opening' : 'invite-submit')}
        danger={false}
        ready={!busy && !wrong}
        why={wrong ? people('invite-known-wrong') : null}
        onClose={onClose}
      />
    </form>
  );
}

interface InvitationProps extends Pick<Props, 'onClose'> {
  readonly view: MirrorView;
  readonly onCloseMirror: () => void;
}

function Invitation({ view, onCloseMirror, onClose }: InvitationProps) {
  const { people, t } = useText();
  const { invite } = useActions();
  const { busy, failure, ask } = useAsking();
  const { invitation } = view;
  const now = useNow(invitation !== null);
  const left = invitation === null ? 0 : Date.parse(invitation.expiresAt) - now;
  const usable = invitation !== null && left > 0;
  return (
    <>
      {usable ? (
        <Usable text={invitation.text} />
      ) : (
        <p className="notice caution">{people(invitation === null ? 'invite-used' : 'invite-expired')}</p>
      )}
      <Facts view={view} leftMs={usable ? left : null} />
      {failure === null ? null : <FailureNotice failure={failure} alert />}
      <div className="dialog-acts">
        <Button className="button invite-close" isDisabled={busy} onPress={onCloseMirror}>
          {people('invite-close')}
        </Button>
        <Button className={usable ? 'button' : 'button solid'} isDisabled={busy} onPress={() => void ask(invite)}>
          {people('invite-new')}
        </Button>
        <Button className="button" onPress={onClose}>
          {t('close')}
        </Button>
      </div>
    </>
  );
}

/** The invitation as text and as a picture. */
function Usable({ text }: { readonly text: string }) {
  const { people } = useText();
  const label = useId();
  return (
    <div className="invitation">
      <div className="invitation-words">
        <p>{people('invite-ready')}</p>
        <h3 id={label}>{people('invite-invitation')}</h3>
        <textarea
          className="invitation-text"
          aria-labelledby={label}
          readOnly
          rows={8}
          value={text}
          onFocus={(event) => event.target.select()}
        />
        <Copy text={text} />
      </div>
      <QrCode text={text} label={people('invite-qr')} tooLong={people('invite-qr-too-long')} />
    </div>
  );
}

function Copy({ text }: { readonly text: string }) {
  const { people } = useText();
  const [done, setDone] = useState<{ readonly of: string; readonly ok: boolean } | null>(null);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setDone({ of: text, ok: true }),
      () => setDone({ of: text, ok: false }),
    );
  };
  // A new invitation has not been copied yet.
  const said = done?.of === text ? done : null;
  return (
    <p className="copy">
      {/* The button pressed before is gone with its form: without a new place for it the focus would leave the dialog. */}
      <Button className="button solid" autoFocus onPress={copy}>
        {people('invite-copy')}
      </Button>
      <span role="status">{said === null ? '' : people(said.ok ? 'invite-copied' : 'invite-copy-failed')}</span>
    </p>
  );
}

function Facts({ view, leftMs }: { readonly view: MirrorView; readonly leftMs: number | null }) {
  const { people, ticking } = useText();
  return (
    <dl className="key-facts">
      <dt>{people('invite-addresses')}</dt>
      <dd className="mono addresses">{view.addresses.join('\n')}</dd>
      <dt>{people('invite-certificate')}</dt>
      <dd className="fingerprint-line">{view.certificate}</dd>
      {leftMs === null ? null : (
        <>
          <dt>{people('invite-valid')}</dt>
          <dd className="number">{people('invite-expires-in', { span: ticking(leftMs) })}</dd>
        </>
      )}
    </dl>
  );
}

/** Cutting everybody off is asked about once. */
function CloseDialog({ run, onBack, onClose }: Props & { readonly onBack: () => void }) {
  const { people, t } = useText();
  const { closeMirror } = useActions();
  const { busy, failure, ask } = useAsking();
  const shown = useAppState((state) => state.mirror !== null);
  useEffect(() => {
    if (!shown) onClose();
  }, [shown, onClose]);
  const close = async (): Promise<void> => {
    if (await ask(closeMirror)) onClose();
  };
  return (
    <DialogFrame title={people('invite-close-title')} onClose={onBack} alert>
      <p className="consequence">
        {people(run.state.plan.production ? 'invite-close-text-production' : 'invite-close-text')}
      </p>
      {failure === null ? null : <FailureNotice failure={failure} alert />}
      <div className="dialog-acts">
        <Button className="button" autoFocus onPress={onBack}>
          {t('cancel')}
        </Button>
        <Button className="button solid danger" isDisabled={busy} onPress={() => void close()}>
          {people('invite-close-submit')}
        </Button>
      </div>
    </DialogFrame>
  );
}
