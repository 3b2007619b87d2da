import { Button } from 'react-aria-components';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import type { RunState, Signing, StepState } from '../../../shared/run/state.ts';
import { Glyph } from '../../components/glyph.tsx';
import { targetNames } from '../../components/target-name.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { openRejection, type WaitsFor, waitsFor } from '../../model/people/signing.ts';
import { dateAndTime, wallClock } from '../../model/time.ts';
import { useActions } from '../../store/use-app.ts';

interface Props {
  readonly state: RunState;
  readonly step: PlanStep;
  readonly stands: StepState;
  /** False for who only looks: they are told what is waited for, not what to do about it. */
  readonly doing: boolean;
}

/** The checker's no at this step, for as long as nothing has answered it: it stands before everything else. */
export function RejectionNotice({ stands }: Pick<Props, 'stands'>) {
  const { people } = useText();
  const rejected = openRejection(stands);
  if (rejected === null) return null;
  const params = { name: rejected.name, at: dateAndTime(new Date(rejected.at)) };
  return (
    <section className="rejection" aria-label={people(`rejected-${rejected.mode}`, params)}>
      <Glyph standing="failed" />
      <div>
        <p className="rejection-who">{people(`rejected-${rejected.mode}`, params)}</p>
        <p className="rejection-why">{rejected.rejected}</p>
        <p className="quiet">{people(`rejected-${rejected.mode}-text`)}</p>
      </div>
    </section>
  );
}

/** What the step waits for from the second person now: what they were asked, since when, and whether they looked. */
export function SigningWaits({ state, step, stands, doing }: Props) {
  const text = useText();
  const { showDialog } = useActions();
  const { people } = text;
  const waits = waitsFor(state, step.id);
  if (waits === null) return null;
  const { mode, checker } = waits;
  const here = checker?.presence === 'here' ? checker : null;
  return (
    <section className="countersign waiting">
      <h3>
        <Glyph standing="countersign" />
        {here === null ? people(`signing-${mode}-alone`) : people(`signing-${mode}-title`, { name: here.name })}
      </h3>
      {mode === 'before' ? <Asked stands={stands} step={step} /> : null}
      {doing ? <p className="quiet">{situation(waits, stands, text)}</p> : null}
      {checker !== null || !doing ? null : (
        <Button className="button" onPress={() => showDialog('invite')}>
          {people('invite-open')}
        </Button>
      )}
    </section>
  );
}

/** Exactly which attempts were asked for, and why. */
function Asked({ stands, step }: Pick<Props, 'stands' | 'step'>) {
  const text = useText();
  const { people } = text;
  const asked = stands.permission;
  if (asked === null) return null;
  const again = asked.targets.filter(({ number }) => number > 1);
  const first = asked.targets.filter(({ number }) => number === 1).map(({ target }) => target);
  return (
    <>
      {first.length === 0 ? null : (
        <p>{people('signing-asked', { step: step.title, targets: targetNames(text, first) })}</p>
      )}
      {again.map(({ target, number }) => (
        <p key={target}>
          {people('signing-asked-again', { step: step.title, targets: targetNames(text, [target]), number })}
        </p>
      ))}
      <p className="quiet">{people('signing-since', { time: wallClock(new Date(asked.at)) })}</p>
      {asked.reason === null ? null : (
        <p className="decision">
          <q>{asked.reason}</q>
        </p>
      )}
    </>
  );
}

function situation({ checker, mode }: WaitsFor, stands: StepState, { people }: Text): string {
  if (checker === null) return people('signing-nobody');
  if (checker.presence === 'gone')
    return people('signing-gone', { name: checker.name, time: wallClock(new Date(checker.since)) });
  const opened = stands.opened.some((one) => one.participant === checker.participant && one.mode === mode);
  return people(opened ? 'signing-opened' : 'signing-not-opened', { name: checker.name });
}

/** What was signed, waived or is still to come at this step. */
export function SigningRecord({ stands }: Pick<Props, 'stands'>) {
  const { t, people } = useText();
  const signed = stands.signings.filter(({ rejected }) => rejected === null);
  const { countersignature, waiver } = stands;
  if (countersignature === 'not-needed' && signed.length === 0 && waiver === null) return null;
  return (
    <section className="countersign">
      <h3>
        <Glyph standing={countersignature === 'pending' ? 'countersign' : waiver === null ? 'passed' : 'overridden'} />
        {t('countersignature')}
      </h3>
      {signed.map((one) => (
        <p key={one.signature + one.at}>{signedWords(one, people)}</p>
      ))}
      {waiver === null ? null : <p>{t('countersign-waived', { by: waiver.by, reason: waiver.reason })}</p>}
      {countersignature === 'pending' ? <p>{t('countersign-later')}</p> : null}
    </section>
  );
}

function signedWords({ mode, name, at }: Signing, people: Text['people']): string {
  return people(mode === 'before' ? 'signed-before-by' : 'signed-by', { name, at: dateAndTime(new Date(at)) });
}
