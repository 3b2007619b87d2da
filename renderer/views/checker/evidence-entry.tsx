import { ScrollText } from 'lucide-react';
import { Button } from 'react-aria-components';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import { formatBytes } from '../../../shared/config/bytes.ts';
import type { AttemptState, RunState } from '../../../shared/run/state.ts';
import { CommandBlock } from '../../components/command-block.tsx';
import { StateWord } from '../../components/glyph.tsx';
import { placeOf, targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import type { Evidence, EvidenceItem } from '../../model/checker/evidence.ts';
import { findingsOf } from '../../model/findings.ts';
import { offerText, offerWords } from '../../model/offers.ts';
import { StepAct, stepRooms, thingOf } from '../../steps/index.tsx';
import { useActions } from '../../store/use-app.ts';
import { HostGuard } from '../run/host-guard.tsx';
import { TargetDetail } from '../run/target-detail.tsx';
import { ItemState } from './evidence-section.tsx';

interface Props {
  readonly state: RunState;
  readonly evidence: Evidence;
  readonly item: EvidenceItem;
}

/** Everything that is signed for one target. */
export function EvidenceEntry({ state, evidence, item }: Props) {
  const text = useText();
  const { checker, span } = text;
  const { target, attempt, asked } = item;
  const number = asked ?? attempt?.number ?? 1;
  return (
    <section className="evidence-entry" data-target={target.target} tabIndex={-1}>
      <header>
        <h3>{targetName(text, target.target)}</h3>
        <ItemState item={item} kind={evidence.step.kind} />
        {number > 1 ? <span className="quiet number">{checker('nth-time', { n: number })}</span> : null}
        {attempt?.durationMs == null ? null : <span className="quiet number">{span(attempt.durationMs)}</span>}
      </header>
      {item.repeats.length === 0 ? null : (
        <div className="decision is-repeat">
          {checker('evidence-repeats')}
          {item.repeats.map((reason, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: reasons have no names, and are only ever added.
            <q key={index}>{reason}</q>
          ))}
        </div>
      )}
      {evidence.mode === 'before' ? <Proposed state={state} evidence={evidence} item={item} /> : null}
      {evidence.mode === 'after' ? <Done state={state} evidence={evidence} item={item} /> : null}
    </section>
  );
}

/** Before: the exact words that would be sent, and to which host. */
function Proposed({ state, evidence: { step, choice }, item: { target, action } }: Props) {
  const text = useText();
  const { checker } = text;
  const params = { place: placeOf(text, [target.target]), thing: thingOf(step, action), step: step.title };
  return (
    <>
      {choice === null ? null : (
        <p>
          <strong>{offerWords(choice, params, text.t)}</strong> {offerText(choice, params, text.t)}
        </p>
      )}
      <h4 className="quiet">{checker(choice === null ? 'evidence-exact' : 'evidence-belongs')}</h4>
      <HostGuard state={state} step={step} target={target} />
      <StepAct step={step} action={action} target={target} open={false} />
      <TargetDetail step={step} target={target} state={state} />
    </>
  );
}

/** Afterwards: what was sent, as whom, what came of it, and what people decided about it. */
function Done({ state, evidence: { step }, item: { target, attempt } }: Props) {
  const { checker } = useText();
  if (attempt === null) {
    return (
      <>
        <p className="quiet">{checker('evidence-no-attempt')}</p>
        <TargetDetail step={step} target={target} state={state} />
      </>
    );
  }
  // A person's word is never shown as what the machine saw.
  const passed = attempt.paper !== null ? 'paper' : stepRooms[step.kind].answeredByPerson ? 'passed' : 'sensed';
  return (
    <>
      {attempt.command === null ? null : (
        <CommandBlock
          command={attempt.command}
          host={target.target === DESK ? null : target.target}
          account={attempt.account}
          sudo={null}
          sent={attempt.sent}
        />
      )}
      <p className="evidence-verdict">
        {attempt.verdict === null ? null : (
          <StateWord standing={attempt.verdict === 'passed' ? passed : attempt.verdict} />
        )}
        <ExitWords attempt={attempt} />
        {attempt.hostKey === null ? null : (
          <span className="quiet">
            {checker('evidence-host-key')} <span className="mono">{attempt.hostKey}</span>
          </span>
        )}
      </p>
      <TargetDetail step={step} target={target} state={state} />
      <Judged item={target} />
      <Output attempt={attempt} />
    </>
  );
}

function ExitWords({ attempt: { exit } }: { readonly attempt: AttemptState }) {
  const { checker } = useText();
  if (exit === null) return null;
  if (exit.signal !== null) return <span>{checker('evidence-signal', { signal: exit.signal })}</span>;
  return exit.code === null ? null : <span className="number">{checker('evidence-exit', { code: exit.code })}</span>;
}

function Judged({ item }: { readonly item: EvidenceItem['target'] }) {
  const { checker } = useText();
  const judged = findingsOf(item).flatMap((one) => (one.judgement === null ? [] : [{ ...one, said: one.judgement }]));
  if (judged.length === 0) return null;
  return (
    <div>
      <h4 className="quiet">{checker('evidence-judged')}</h4>
      <ul className="facts">
        {judged.map(({ finding, said }) => (
          <li key={finding.id}>
            <span>
              {finding.title}: <strong>{checker(`judged-${said.judgement}`)}</strong> ({said.by}) <q>{said.reason}</q>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The recording and the hash it is sealed with. */
function Output({ attempt: { attempt, recording } }: { readonly attempt: AttemptState }) {
  const { checker } = useText();
  const { showDialog } = useActions();
  if (recording === null) return <p className="quiet">{checker('evidence-no-output')}</p>;
  const size = formatBytes(recording.bytes);
  return (
    <dl className="evidence-output">
      <dt>{checker('evidence-output')}</dt>
      <dd>
        <span className="number">{checker('evidence-lines', { lines: recording.lines, size })}</span>
        <Button className="button" onPress={() => showDialog('recording', attempt)}>
          <ScrollText size={16} aria-hidden="true" />
          {checker('evidence-recording')}
        </Button>
      </dd>
      {recording.tail === '' ? null : (
        <dd>
          <pre className="evidence-tail">{recording.tail}</pre>
        </dd>
      )}
      <dt>{checker('evidence-sha')}</dt>
      <dd className="mono">{recording.sha256}</dd>
    </dl>
  );
}
