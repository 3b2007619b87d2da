import { useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { InterruptionState } from '../../../shared/run/state.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { Notice } from '../../components/notice.tsx';
import { useText } from '../../components/use-text.ts';
import { interruptionQueue } from '../../model/people/interruptions.ts';
import { wallClock } from '../../model/time.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';

/** What came from outside and waits, in one line: how many, and the most urgent of them. */
export function InterruptionsBanner({ run }: { readonly run: OpenRun }) {
  const { people } = useText();
  const { showDialog } = useActions();
  const queue = interruptionQueue(run.state);
  const [first] = queue;
  if (first === undefined) return null;
  return (
    <Notice tone={first.urgency === 'later' ? 'calm' : 'caution'}>
      <p className="notice-title">{people('interruptions-title', { count: queue.length })}</p>
      <p className="interruption-line">
        <Urgency one={first} /> {first.from}: <q>{first.what}</q>
      </p>
      {run.live ? (
        <Button className="button" onPress={() => showDialog('interruptions')}>
          {people('interruptions-open')}
          <kbd>F7</kbd>
        </Button>
      ) : null}
    </Notice>
  );
}

/** The queue, each to be answered with a word of its own. */
export function InterruptionsDialog({ run, onClose }: { readonly run: OpenRun; readonly onClose: () => void }) {
  const { people, t, refusal } = useText();
  const queue = interruptionQueue(run.state);
  return (
    <DialogFrame title={people('interruptions-dialog')} onClose={onClose} size="medium">
      {queue.length === 0 ? (
        <p>{people('interruptions-none')}</p>
      ) : (
        <>
          <p className="quiet">{people('interruptions-text')}</p>
          <ul className="interruptions">
            {queue.map((one, index) => (
              <Interruption key={one.interruption} run={run} one={one} first={index === 0} />
            ))}
          </ul>
        </>
      )}
      {run.refusal === null ? null : (
        <Notice tone="caution" alert>
          <p>{refusal(run.refusal)}</p>
        </Notice>
      )}
      <div className="dialog-acts">
        <Button className="button" autoFocus={queue.length === 0} onPress={onClose}>
          {t('close')}
        </Button>
      </div>
    </DialogFrame>
  );
}

function Urgency({ one }: { readonly one: InterruptionState }) {
  const { people } = useText();
  return <span className={`urgency is-${one.urgency}`}>{people(`urgency-${one.urgency}`)}</span>;
}

interface OneProps {
  readonly run: OpenRun;
  readonly one: InterruptionState;
  readonly first: boolean;
}

function Interruption({ run, one, first }: OneProps) {
  const { people } = useText();
  const { send } = useActions();
  const [own, setOwn] = useState('');
  const answer = (words: string): void => {
    void send({ type: 'answer-interruption', interruption: one.interruption, answer: words });
  };
  return (
    <li>
      <p>
        <Urgency one={one} /> <strong>{one.from}</strong>{' '}
        <span className="quiet">
          {people('interruption-logged', { by: one.by, time: wallClock(new Date(one.at)) })}
        </span>
      </p>
      <p className="interruption-what">{one.what}</p>
      <form
        className="answers"
        aria-label={people('answer-group', { from: one.from })}
        onSubmit={(event) => {
          event.preventDefault();
          if (own.trim() !== '' && !run.pending) answer(own.trim());
        }}
      >
        {(['answer-noted', 'answer-later'] as const).map((key, index) => (
          <Button
            key={key}
            className="button"
            autoFocus={first && index === 0}
            isDisabled={run.pending}
            onPress={() => answer(people(key))}
          >
            {people(key)}
          </Button>
        ))}
        <TextField className="field answer-own" value={own} onChange={setOwn}>
          <Label className="visually-hidden">{people('answer-own')}</Label>
          <Input maxLength={20_000} placeholder={people('answer-own')} />
        </TextField>
        <Button type="submit" className="button" isDisabled={run.pending || own.trim() === ''}>
          {people('answer-send')}
        </Button>
      </form>
    </li>
  );
}
