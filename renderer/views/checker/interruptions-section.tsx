import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button, Input, Label, Radio, RadioGroup, TextArea, TextField } from 'react-aria-components';
import type { Urgency } from '../../../shared/contract/events.ts';
import type { InterruptionState, RunState } from '../../../shared/run/state.ts';
import { useText } from '../../components/use-text.ts';
import { interruptionQueue, interruptionStanding } from '../../model/checker/interruptions.ts';
import { wallClock } from '../../model/time.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { useActions } from '../../store/use-app.ts';

/** The least urgent first; the wire's own list brings its schemas along, which no screen needs. */
const urgencies: readonly Urgency[] = ['later', 'soon', 'now'];

interface Props {
  readonly state: RunState;
  readonly followed: Followed;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}

/** The checker has the telephone: what comes from outside is put down here, and reaches the operator when it may. */
export function InterruptionsSection({ state, followed, open, onOpen }: Props) {
  const { checker } = useText();
  const queue = interruptionQueue(state.interruptions);
  const may = followed.link.role === 'checker' && state.status !== 'ended';
  return (
    <section className="desk-part" aria-labelledby="desk-outside">
      <h2 id="desk-outside">{checker('interruptions-title')}</h2>
      {may && open ? <LogForm state={state} followed={followed} onClose={() => onOpen(false)} /> : null}
      {may && !open ? (
        <div>
          <Button className="button" onPress={() => onOpen(true)} isDisabled={followed.link.status !== 'connected'}>
            {checker('interruption-log')}
            <kbd>F7</kbd>
          </Button>
        </div>
      ) : null}
      {queue.length === 0 ? <p className="quiet">{checker('interruptions-none')}</p> : null}
      {queue.length === 0 ? null : (
        <ol className="outside">
          {queue.map((one) => (
            <Entry key={one.interruption} one={one} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Entry({ one }: { readonly one: InterruptionState }) {
  const { checker } = useText();
  const standing = interruptionStanding(one);
  return (
    <li className={`is-${standing}`}>
      <p className="outside-head">
        <span className={`urgency is-${one.urgency}`}>{checker(`urgency-${one.urgency}`)}</span>
        <span className="quiet number">
          {checker('interruption-came', { from: one.from, at: wallClock(new Date(one.at)) })}
        </span>
      </p>
      <p>{one.what}</p>
      <p className="outside-state quiet">
        {standing === 'waiting' ? checker('interruption-waiting') : null}
        {standing === 'seen' ? checker('interruption-seen', { at: wallClock(new Date(one.shownAt ?? one.at)) }) : null}
        {one.answer === null ? null : (
          <>
            {checker('interruption-answered', { at: wallClock(new Date(one.answer.at)) })} <q>{one.answer.text}</q>
          </>
        )}
      </p>
    </li>
  );
}

/** Beside the run, not over it: the checker goes on seeing what happens while they write. */
function LogForm({ state, followed, onClose }: Pick<Props, 'state' | 'followed'> & { readonly onClose: () => void }) {
  const { checker } = useText();
  const { askOperator } = useActions();
  const [from, setFrom] = useState('');
  const [what, setWhat] = useState('');
  const [urgency, setUrgency] = useState<Urgency>('soon');
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const complete = from.trim() !== '' && what.trim() !== '';
  const submit = async (): Promise<void> => {
    if (!complete) return;
    const taken = await askOperator({ type: 'log-interruption', from: from.trim(), what: what.trim(), urgency });
    // What was not taken stays here to be sent again.
    if (taken) onClose();
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void submit();
  };
  const block = state.block === null ? null : (state.plan.blocks[state.block]?.title ?? '');
  return (
    <form
      className="dialog-form outside-form"
      onSubmit={onSubmit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
        else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
      }}
    >
      <TextField className="field" value={from} onChange={setFrom} isRequired>
        <Label>{checker('interruption-from')}</Label>
        <Input ref={first} maxLength={255} />
      </TextField>
      <TextField className="field" value={what} onChange={setWhat} isRequired>
        <Label>{checker('interruption-what')}</Label>
        <TextArea rows={2} maxLength={20_000} />
      </TextField>
      <RadioGroup
        className="field choices across"
        value={urgency}
        onChange={(value) => setUrgency(urgencies.find((one) => one === value) ?? 'soon')}
      >
        <Label>{checker('interruption-urgency')}</Label>
        {urgencies.map((one) => (
          <Radio key={one} value={one} className="choice">
            {checker(`urgency-${one}`)}
          </Radio>
        ))}
      </RadioGroup>
      <p className="why">
        {complete
          ? block === null
            ? checker('interruption-note')
            : checker('interruption-note-block', { block })
          : checker('interruption-missing')}
      </p>
      <div className="desk-acts">
        <Button
          type="submit"
          className="button solid"
          isDisabled={!complete || followed.pending !== null || followed.link.status !== 'connected'}
        >
          {checker('interruption-submit')}
        </Button>
        <Button className="button" onPress={onClose}>
          {checker('cancel')}
        </Button>
      </div>
    </form>
  );
}
