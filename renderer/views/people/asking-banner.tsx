import { UserPlus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { MirrorRole } from '../../../shared/contract/events.ts';
import type { KnownPerson } from '../../../shared/contract/ipc/people.ts';
import type { ParticipantState, RunState } from '../../../shared/run/state.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { asking, cannotAdmit, earlierWith } from '../../model/people/followers.ts';
import { dateAndTime } from '../../model/time.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { useFingerprint } from '../identity/use-fingerprint.ts';
import type { Acts } from '../run/use-acts.tsx';

interface Props {
  readonly run: OpenRun;
  readonly acts: Acts;
}

/**
 * Whoever asks to follow, one below the other. It lies across the screen and takes no focus: the operator looks up when
 * the hand is free. Inside an atomic block only a missing checker is let in (`PeopleBanners`).
 */
export function AskingBanner({ run, acts }: Props) {
  const known = useKnownPeople(asking(run.state).some(({ pinned }) => pinned));
  return asking(run.state).map((one) => <Asks key={one.participant} run={run} acts={acts} one={one} known={known} />);
}

/** Whose keys were exchanged beforehand; read only once somebody asks who is among them. */
function useKnownPeople(wanted: boolean): readonly KnownPerson[] {
  const { knownPeople } = useActions();
  const [known, setKnown] = useState<readonly KnownPerson[]>([]);
  useEffect(() => {
    if (wanted) void knownPeople().then(setKnown);
  }, [wanted, knownPeople]);
  return known;
}

function Asks({
  run,
  acts,
  one,
  known,
}: Props & { readonly one: ParticipantState; readonly known: readonly KnownPerson[] }) {
  const text = useText();
  const { people } = text;
  const fingerprint = useFingerprint(one.publicKey);
  const { participant, name } = one;
  return (
    <section className="notice asks" aria-label={people('asks-title', { name })}>
      <UserPlus className="notice-icon" size={18} aria-hidden="true" />
      <div className="notice-body">
        <p className="notice-title">{people('asks-title', { name })}</p>
        <p className={one.pinned ? '' : 'is-unknown'}>{acquaintance(run.state, one, known, text)}</p>
        <dl className="asks-facts">
          <div>
            <dt>{people('asks-key')}</dt>
            <dd className="fingerprint-line">{fingerprint ?? '…'}</dd>
          </div>
          <div>
            <dt>{people('asks-machine')}</dt>
            <dd>
              {people('asks-at', { machine: one.machine, address: one.address })}
              {one.sameMachine ? <strong className="tag">{people('asks-same-machine')}</strong> : null}
            </dd>
          </div>
          {one.contact === '' ? null : (
            <div>
              <dt>{people('asks-contact')}</dt>
              <dd>{one.contact}</dd>
            </div>
          )}
        </dl>
        <div className="asks-acts">
          <Admit run={run} acts={acts} participant={participant} to="checker" />
          <Admit run={run} acts={acts} participant={participant} to="observer" />
          <Button
            className="button"
            isDisabled={run.pending}
            onPress={() => acts.ask({ type: 'decline', participant })}
          >
            {people('decline-ask')}
          </Button>
        </div>
      </div>
    </section>
  );
}

interface AdmitProps extends Props {
  readonly participant: string;
  /** What they would be. */
  readonly to: MirrorRole;
}

function Admit({ run, acts, participant, to }: AdmitProps) {
  const { people, refusal } = useText();
  const refused = cannotAdmit(run.state, participant, to);
  return (
    <span className="admit">
      <Button
        className="button"
        isDisabled={refused !== null || run.pending}
        onPress={() => acts.send({ type: 'admit', participant, role: to })}
      >
        {people(`admit-${to}`)}
      </Button>
      {refused === null ? null : <span className="why">{refusal(refused)}</span>}
    </span>
  );
}

/** Whether this key was seen before: exchanged beforehand, earlier in this run, or never. */
function acquaintance(
  state: RunState,
  one: ParticipantState,
  known: readonly KnownPerson[],
  { people }: Pick<Text, 'people'>,
): string {
  const before = earlierWith(state, one);
  const words: string[] = [];
  if (one.pinned) {
    const since = known.find(({ publicKey }) => publicKey === one.publicKey)?.pinnedAt;
    words.push(
      since === undefined
        ? people('asks-known-undated')
        : people('asks-known', { date: dateAndTime(new Date(since)).slice(0, 10) }),
    );
  } else if (before?.role == null) words.push(people('asks-unknown'));
  if (before !== null) words.push(people(before.role === null ? 'asks-was-declined' : 'asks-was-here'));
  return words.join(' ');
}
