import { useRef } from 'react';
import { Button } from 'react-aria-components';
import type { RunState } from '../../../shared/run/state.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { stepTitle } from '../../components/step-title.ts';
import { targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { type Evidence, gravity } from '../../model/checker/evidence.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { EvidenceEntry } from './evidence-entry.tsx';
import { AskedBecause, ChangedNote, CopyProgress, ItemState } from './evidence-section.tsx';
import { RefusedNote } from './refused-note.tsx';
import { SignActs } from './sign-acts.tsx';
import type { SigningDesk } from './use-signing.ts';

interface Props {
  readonly state: RunState;
  readonly evidence: Evidence;
  readonly followed: Followed;
  readonly signing: SigningDesk;
  readonly onReject: () => void;
  readonly onClose: () => void;
}

/** All that a signature binds, to be read from top to bottom: what did not simply pass comes first. */
export function EvidenceDialog({ state, evidence, followed, signing, onReject, onClose }: Props) {
  const text = useText();
  const { checker } = text;
  const entries = useRef<HTMLElement>(null);
  const { step, mode, items } = evidence;
  const title = checker('evidence-dialog', { code: step.code, title: stepTitle(text, step) });
  const grave = mode === 'before' ? 0 : items.filter((item) => gravity(item) === 0).length;
  const show = (target: string): void => {
    const entry = entries.current?.querySelector<HTMLElement>(`[data-target="${CSS.escape(target)}"]`);
    entry?.scrollIntoView({ block: 'start' });
    entry?.focus();
  };
  return (
    <DialogFrame title={title} onClose={onClose} size="full">
      <div className="evidence-head">
        <p>
          <strong>{checker(`mode-${mode}`)}</strong> <span className="quiet">{checker(`mode-${mode}-text`)}</span>
        </p>
        <AskedBecause evidence={evidence} />
        {grave === 0 ? null : <p className="is-overridden">{checker('look-first', { count: grave })}</p>}
      </div>
      <div className={items.length > 1 ? 'evidence-body' : 'evidence-body alone'}>
        {items.length > 1 ? (
          <nav aria-label={checker('evidence-list')} className="evidence-list">
            <ul>
              {items.map((item) => (
                <li key={item.target.target}>
                  <button type="button" onClick={() => show(item.target.target)}>
                    <span className="target-name">{targetName(text, item.target.target)}</span>
                    <ItemState item={item} kind={step.kind} />
                  </button>
                </li>
              ))}
            </ul>
          </nav>
        ) : null}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard. */}
        <section ref={entries} className="evidence-entries" tabIndex={0} aria-label={title}>
          {items.map((item) => (
            <EvidenceEntry key={item.target.target} state={state} evidence={evidence} item={item} />
          ))}
          {signing.statement === null ? null : (
            <section className="evidence-statement">
              <h3>{checker('evidence-statement')}</h3>
              <p>{checker('evidence-statement-text')}</p>
              <p className="mono">{signing.statement.statement}</p>
            </section>
          )}
        </section>
      </div>
      <div className="evidence-foot">
        <RefusedNote followed={followed} />
        <ChangedNote signing={signing} />
        <CopyProgress followed={followed} signing={signing} />
        <div className="evidence-acts">
          <SignActs followed={followed} signing={signing} onOpen={signing.open} onReject={onReject} place="evidence" />
          <Button className="button" onPress={onClose}>
            {checker('close')}
          </Button>
        </div>
      </div>
    </DialogFrame>
  );
}
