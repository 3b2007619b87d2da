import type { Person } from '../../../shared/contract/events.ts';
import type { Absence, ParticipantState, RunState, SessionState } from '../../../shared/run/state.ts';
import { Glyph } from '../../components/glyph.tsx';
import { type Text, useText } from '../../components/use-text.ts';
import { signaturesOf } from '../../model/people/record.ts';
import { dateAndTime } from '../../model/time.ts';
import { useFingerprint } from '../identity/use-fingerprint.ts';
import { goneWords } from './presence-word.tsx';

/** After the run: who operated and who checked, with which keys, what was signed, and where the history changed hands. */
export function PeopleRecord({ state }: { readonly state: RunState }) {
  const { people } = useText();
  return (
    <section aria-labelledby="people" className="people-record">
      <h2 id="people">{people('people-section')}</h2>
      <ul className="people-record-list">
        {operators(state).map((session) => (
          <Operator key={session.session} session={session} />
        ))}
        {state.participants.map((one) => (
          <Participant key={one.participant} one={one} />
        ))}
      </ul>
      {state.participants.length === 0 ? <p className="empty">{people('people-alone')}</p> : null}
      <Pens state={state} />
      <Signatures state={state} />
    </section>
  );
}

/** One row for each person at each machine, however often the run was opened again. */
function operators({ sessions }: RunState): readonly SessionState[] {
  const same = (a: SessionState, b: SessionState): boolean =>
    a.person === b.person && a.machine === b.machine && a.identity?.publicKey === b.identity?.publicKey;
  return sessions.filter((session, index) => sessions.findIndex((one) => same(one, session)) === index);
}

function Operator({ session: { person, machine, identity } }: { readonly session: SessionState }) {
  const { people } = useText();
  return (
    <li>
      <p>
        <strong>{identity?.name ?? person}</strong> {people('person-operated')}{' '}
        <span className="quiet">{people('person-at', { machine })}</span>
      </p>
      <Key person={identity} />
    </li>
  );
}

const roleWords = { checker: 'person-checked', observer: 'person-observed' } as const;

function Participant({ one }: { readonly one: ParticipantState }) {
  const text = useText();
  const { people } = text;
  return (
    <li>
      <p>
        <strong>{one.name}</strong> {people(one.role === null ? 'person-declined' : roleWords[one.role])}{' '}
        <span className="quiet">{people('person-at', { machine: one.machine })}</span>
      </p>
      {one.sameMachine ? <p className="is-overridden">{people('person-same-machine')}</p> : null}
      <Key person={one} />
      {one.absences.map((absence) => (
        <p key={absence.from} className="quiet">
          {absenceWords(absence, text)}
        </p>
      ))}
      <p className="quiet">{partingWords(one, text)}</p>
    </li>
  );
}

/** A gap in the second person's presence; one that never ended says since when. */
function absenceWords({ from, until, cause }: Absence, text: Text): string {
  const params = { at: dateAndTime(new Date(from)), cause: goneWords(cause, text) };
  if (until === null) return text.people('person-gone', params);
  const span = text.span(Date.parse(until) - Date.parse(from));
  return text.people('person-was-gone', { ...params, span });
}

function partingWords(one: ParticipantState, { people }: Text): string {
  const at = dateAndTime(new Date(one.since));
  if (one.standing === 'left') return people('person-left', { at });
  return one.standing === 'dismissed' ? people('person-dismissed', { at }) : '';
}

function Key({ person }: { readonly person: Person | null }) {
  const { people } = useText();
  const fingerprint = useFingerprint(person?.publicKey ?? null);
  if (person === null) return <p className="quiet">{people('person-no-key')}</p>;
  return (
    <p>
      <span className="quiet">{people('person-key')}</span>{' '}
      <span className="fingerprint-line">{fingerprint ?? '…'}</span>
    </p>
  );
}

function Pens({ state }: { readonly state: RunState }) {
  const { people } = useText();
  if (state.pens.length === 0) return null;
  return (
    <>
      <h3>{people('pens')}</h3>
      <ul className="people-record-list">
        {state.pens.map(({ how, by, at, reason, from }) => (
          <li key={from.hash}>
            <p className={how === 'takeover' ? 'is-overridden' : ''}>
              {people(`pen-${how}`, { by, at: dateAndTime(new Date(at)) })}
            </p>
            <p className="decision">
              <q>{reason}</q>
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

function Signatures({ state }: { readonly state: RunState }) {
  const { people, t } = useText();
  const rows = signaturesOf(state);
  return (
    <>
      <h3 id="signatures">{people('signatures')}</h3>
      {rows.length === 0 ? (
        <p className="empty">{people('signatures-none')}</p>
      ) : (
        <table className="table signatures" aria-labelledby="signatures">
          <thead>
            <tr>
              <th scope="col">{t('column-code')}</th>
              <th scope="col">{t('column-step')}</th>
              <th scope="col">{people('column-signed')}</th>
              <th scope="col">{people('column-by')}</th>
              <th scope="col" className="number">
                {people('column-at')}
              </th>
              <th scope="col">{people('column-statement')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ step, what, by, at, statement, reason }) => (
              <tr key={`${step.id} ${what} ${at}`}>
                <td className="code">{step.code}</td>
                <td className="grow">
                  {step.title}
                  {reason === null ? null : (
                    <p className="decision">
                      <q>{reason}</q>
                    </p>
                  )}
                </td>
                <td>
                  <span className="state-word">
                    <Glyph standing={glyphs[what]} />
                    {people(`signature-${what}`)}
                  </span>
                </td>
                <td>{by}</td>
                <td className="number">{dateAndTime(new Date(at))}</td>
                <td className="mono">{statement === null ? '' : `${statement.slice(0, 12)}…`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

const glyphs = {
  before: 'passed',
  after: 'passed',
  'rejected-before': 'failed',
  'rejected-after': 'failed',
  waived: 'overridden',
} as const;
