import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { SaidRecord } from '../../../shared/run/said.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import { aboutWords, saidWords } from '../../model/said-words.ts';
import { dateAndTime } from '../../model/time.ts';
import { NoteDialog } from './note-dialog.tsx';
import type { Closed } from './use-closed.ts';
import { useSaid } from './use-said.ts';
import { WhyClosed } from './why-closed.tsx';

/** What people added: each note with its name and place, a correction with the words that it corrects. */
export function Notes({ state, closed }: { readonly state: RunState; readonly closed: Closed }) {
  const text = useText();
  const { evidence } = text;
  const [asking, setAsking] = useState<'note' | 'correction' | null>(null);
  const [late, setLate] = useState<Failure | null>(null);
  const { records, trouble } = useSaid(state, null, null);
  const ask = (kind: 'note' | 'correction'): void => {
    setLate(null);
    setAsking(kind);
  };
  return (
    <section aria-labelledby="notes" className="notes">
      <h2 id="notes">{evidence('notes')}</h2>
      <p className="quiet">{evidence('notes-why')}</p>
      {trouble === null ? null : <FailureNotice failure={trouble} title={evidence('note-records-failed')} />}
      {late === null ? null : <FailureNotice failure={late} title={evidence('note-failed')} alert />}
      {state.notes.length === 0 ? <p className="empty">{evidence('notes-none')}</p> : null}
      <ol className="notes-list">
        {state.notes.map((note) => (
          <li key={note.note}>
            <p>
              <strong>{aboutWords(text, state, note)}</strong>{' '}
              <span className="quiet">{evidence('note-by', { by: note.by, at: dateAndTime(new Date(note.at)) })}</span>
            </p>
            {note.corrects === null ? null : (
              <Corrected seq={note.corrects} record={records?.find(({ seq }) => seq === note.corrects) ?? null} />
            )}
            <p className="note-words">{note.text}</p>
          </li>
        ))}
      </ol>
      {closed === 'open' ? (
        <div className="report-acts">
          <Button className="button" onPress={() => ask('note')}>
            {evidence('note-add')}
          </Button>
          <Button className="button" onPress={() => ask('correction')}>
            {evidence('note-correct')}
          </Button>
        </div>
      ) : (
        <WhyClosed closed={closed} />
      )}
      {asking === null ? null : (
        <NoteDialog
          state={state}
          kind={asking}
          onClose={() => setAsking(null)}
          onLate={(notTaken) => setLate(notTaken.type === 'failed' ? notTaken.failure : null)}
        />
      )}
    </section>
  );
}

function Corrected({ seq, record }: { readonly seq: number; readonly record: SaidRecord | null }) {
  const text = useText();
  const { evidence } = text;
  if (record === null) return <p className="note-corrected">{evidence('note-corrects-unread', { seq })}</p>;
  return (
    <div className="note-corrected">
      <p>
        {evidence('note-corrects', { seq, what: saidWords(text, record) })}{' '}
        <span className="quiet">{evidence('note-by', { by: record.by, at: dateAndTime(new Date(record.at)) })}</span>
      </p>
      {record.text === '' ? null : <q className="note-words">{record.text}</q>}
    </div>
  );
}
