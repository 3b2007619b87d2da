import { formatBytes } from '../../../shared/config/bytes.ts';
import { Glyph, StateWord } from '../../components/glyph.tsx';
import { stepTitle } from '../../components/step-title.ts';
import { placeOf, targetName, targetNames } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { type Evidence, type EvidenceItem, gravity } from '../../model/checker/evidence.ts';
import { offerWords } from '../../model/offers.ts';
import { targetStanding } from '../../model/status.ts';
import { stepRooms, thingOf } from '../../steps/index.tsx';
import type { Followed } from '../../store/mirror-link-state.ts';
import { SignActs } from './sign-acts.tsx';
import type { SigningDesk } from './use-signing.ts';

interface Props {
  readonly followed: Followed;
  readonly signing: SigningDesk;
  readonly onOpen: () => void;
  readonly onReject: () => void;
}

/** Rows shown beside the run; the evidence itself shows all. */
const ROWS = 6;

/** What waits for the signature, in short, and the way to it. */
export function EvidenceSection({ followed, signing, onOpen, onReject }: Props) {
  const text = useText();
  const { checker } = text;
  const { evidence } = signing;
  const observer = followed.link.role === 'observer';
  if (evidence === null || observer) {
    const code = evidence?.step.code ?? '';
    return (
      <section className="desk-part" aria-labelledby="desk-evidence">
        <h2 id="desk-evidence">{checker('evidence-title')}</h2>
        <p className="quiet">
          {checker(observer ? 'evidence-observer' : 'evidence-quiet')}{' '}
          {observer && evidence !== null
            ? checker('evidence-observer-waits', { code, title: stepTitle(text, evidence.step) })
            : null}
        </p>
      </section>
    );
  }
  const { step, mode } = evidence;
  return (
    <section className="desk-part waits" aria-labelledby="desk-evidence">
      <h2 id="desk-evidence">
        <Glyph standing="countersign" />
        {checker('evidence-title')}
      </h2>
      <p className="desk-step">
        <span className="code">{step.code}</span> {stepTitle(text, step)}
      </p>
      <p>
        <strong>{checker(`mode-${mode}`)}</strong> <span className="quiet">{checker(`mode-${mode}-text`)}</span>
      </p>
      <AskedBecause evidence={evidence} />
      <EvidenceRows evidence={evidence} />
      <CopyProgress followed={followed} signing={signing} />
      <ChangedNote signing={signing} />
      <SignActs followed={followed} signing={signing} onOpen={onOpen} onReject={onReject} place="desk" />
    </section>
  );
}

/** Which move is asked for where it is not the step itself, and why the operator asks again. */
export function AskedBecause({ evidence }: { readonly evidence: Evidence }) {
  const { checker } = useText();
  const { reason, choice } = evidence;
  return (
    <>
      {choice === null ? null : <MoveAsked evidence={evidence} choice={choice} />}
      {reason === null ? null : (
        <p className="decision">
          {checker('asked-because')} <q>{reason}</q>
        </p>
      )}
    </>
  );
}

/** A move like a kill must not be signed for as if it were the step. */
function MoveAsked({ evidence: { step, items }, choice }: { readonly evidence: Evidence; readonly choice: string }) {
  const text = useText();
  const targets = items.map(({ target }) => target.target);
  const [first] = items;
  const thing = first === undefined ? step.title : thingOf(step, first.action);
  const params = { place: placeOf(text, targets), thing, step: step.title };
  return (
    <p className="is-overridden">
      {text.checker('asked-move')} <strong>{offerWords(choice, params, text.t)}</strong>
    </p>
  );
}

function EvidenceRows({ evidence: { items, step, mode } }: { readonly evidence: Evidence }) {
  const text = useText();
  const { checker, t } = text;
  const grave = mode === 'before' ? [] : items.filter((item) => gravity(item) === 0);
  const plain = items.filter((item) => !grave.includes(item));
  const many = plain.length + grave.length > ROWS;
  const shown = many ? grave.slice(0, ROWS) : items;
  return (
    <ul className="desk-rows">
      {shown.map((item) => (
        <li key={item.target.target}>
          <span className="target-name">{targetName(text, item.target.target)}</span>
          <ItemState item={item} kind={step.kind} />
          {item.asked === null || item.asked < 2 ? null : (
            <span className="quiet number">{checker('nth-time', { n: item.asked })}</span>
          )}
        </li>
      ))}
      {many && grave.length > ROWS ? (
        <li className="is-overridden">{checker('more-grave', { count: grave.length - ROWS })}</li>
      ) : null}
      {!many || plain.length === 0 ? null : (
        <li className="quiet">
          {checker('all-alike', {
            count: plain.length,
            state: t(mode === 'before' ? 'state-todo' : 'state-passed'),
          })}
        </li>
      )}
    </ul>
  );
}

/** Where a target stands, in its shape and word; a decision is never taken for a pass. */
export function ItemState({ item, kind }: { readonly item: EvidenceItem; readonly kind: keyof typeof stepRooms }) {
  return <StateWord standing={targetStanding(item.target, stepRooms[kind].answeredByPerson)} />;
}

/** Nothing can be signed before its output is here. */
export function CopyProgress({ followed, signing }: Pick<Props, 'followed' | 'signing'>) {
  const { checker } = useText();
  if (signing.stage !== 'copying') return null;
  const { copying, link } = followed;
  const done = Math.max(0, copying - link.missingBytes);
  return (
    <div className="progress">
      <p className="progress-words">
        <span className="progress-label">{checker('copying')}</span>
        <span className="number quiet">
          {checker('copying-bytes', { done: formatBytes(done), of: formatBytes(copying) })}
        </span>
      </p>
      <progress max={Math.max(1, copying)} value={done} aria-label={checker('copying')} />
    </div>
  );
}

/** The statement is another one than the one that was looked at. */
export function ChangedNote({ signing: { stage, changed } }: { readonly signing: SigningDesk }) {
  const text = useText();
  if (stage !== 'changed') return null;
  return (
    <div className="notice caution" role="alert">
      <div className="notice-body">
        <p>{text.checker('changed')}</p>
        {changed.length === 0 ? null : <p>{text.checker('changed-where', { targets: targetNames(text, changed) })}</p>}
      </div>
    </div>
  );
}
