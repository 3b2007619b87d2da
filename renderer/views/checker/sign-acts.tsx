import { useId } from 'react';
import { Button } from 'react-aria-components';
import { stepTitle } from '../../components/step-title.ts';
import { type Text, useText } from '../../components/use-text.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import type { SigningDesk } from './use-signing.ts';

interface Props {
  readonly followed: Followed;
  readonly signing: SigningDesk;
  readonly onOpen: () => void;
  readonly onReject: () => void;
  /** In the evidence itself there is nothing left to open, only to look at again. */
  readonly place: 'desk' | 'evidence';
}

/** Open, then sign or reject: the signature's button names the step, and is there only for what was opened. */
export function SignActs({ followed, signing, onOpen, onReject, place }: Props) {
  const text = useText();
  const { checker } = text;
  const reason = useId();
  const { evidence, stage, sign } = signing;
  const why = whyNot(followed, signing, text);
  if (evidence === null) return null;
  const { code } = evidence.step;
  const opened = stage === 'to-sign';
  const opens = place === 'desk' || stage === 'changed';
  return (
    <div className="sign-acts">
      {opened ? (
        <button
          type="button"
          className="button solid"
          aria-disabled={!sign.ready}
          aria-describedby={why === null ? undefined : reason}
          aria-keyshortcuts="F6"
          data-sign
          onClick={sign.press}
        >
          <span>{checker('sign-step', { code, title: stepTitle(text, evidence.step) })}</span>
          <kbd>F6</kbd>
        </button>
      ) : opens ? (
        <Button className="button solid" isDisabled={!signing.canOpen} onPress={onOpen} aria-describedby={reason}>
          {checker(place === 'evidence' ? 'looked-again' : stage === 'changed' ? 'open-again' : 'open-evidence')}
          <kbd>F6</kbd>
        </Button>
      ) : null}
      {opened && place === 'desk' ? (
        <Button className="button" onPress={onOpen}>
          {checker('open-again')}
        </Button>
      ) : null}
      {opened ? (
        <Button className="button" isDisabled={!signing.may || followed.pending !== null} onPress={onReject}>
          {checker('reject-step')}
        </Button>
      ) : null}
      {why === null ? null : (
        <p id={reason} className="why">
          {why}
        </p>
      )}
    </div>
  );
}

function whyNot({ link, pending }: Followed, { stage }: SigningDesk, { checker }: Text): string | null {
  if (link.status === 'altered') return checker('not-trusted');
  if (link.status !== 'connected') return checker('not-connected');
  if (pending === 'countersign') return checker('sending-sign');
  if (pending === 'open-evidence') return checker('sending-open');
  if (stage === 'preparing') return checker('preparing');
  return stage === 'to-open' ? checker('open-first') : null;
}
