import { Button } from 'react-aria-components';
import type { ComparedTarget } from '../../../shared/contract/ipc/compare.ts';
import type { OutputLines } from '../../../shared/contract/ipc/output.ts';
import type { Reply } from '../../../shared/contract/ipc.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { targetName } from '../../components/target-name.ts';
import { useAsked } from '../../components/use-asked.ts';
import { useText } from '../../components/use-text.ts';
import { type DiffRow, lineDiff } from '../../model/line-diff.ts';
import { useApp } from '../../store/use-app.ts';

interface Props {
  readonly target: ComparedTarget;
  /** The runs. */
  readonly left: string;
  readonly right: string;
  readonly onClose: () => void;
}

interface Both {
  readonly left: Reply<OutputLines>;
  readonly right: Reply<OutputLines>;
}

/** Of an attempt that never was. */
const none: Reply<OutputLines> = { ok: true, value: { lines: [], first: 0, total: 0 } };

/** What both wrote, line by line. */
export function CompareOutputs({ target, left, right, onClose }: Props) {
  const text = useText();
  const { evidence } = text;
  const { api } = useApp();
  const mine = target.left?.attempt ?? null;
  const theirs = target.right?.attempt ?? null;
  const read = async (runId: string, attempt: string | null): Promise<Reply<OutputLines>> =>
    attempt === null ? none : api.request('compare:output', { runId, attempt });
  const ask = async (): Promise<Both> => {
    const [one, other] = await Promise.all([read(left, mine), read(right, theirs)]);
    return { left: one, right: other };
  };
  const { answer: both, trouble } = useAsked(ask, JSON.stringify([left, mine, right, theirs]));
  const title = evidence('compare-output-of', {
    step: `${target.code} ${target.title}`,
    target: targetName(text, target.target),
  });
  return (
    <DialogFrame title={title} onClose={onClose} size="full">
      {trouble === null ? null : <FailureNotice failure={trouble} alert />}
      {both === null && trouble === null ? <p className="quiet">{evidence('compare-reading')}</p> : null}
      {both === null ? null : <Outputs both={both} />}
      <div className="dialog-acts">
        <Button className="button solid" autoFocus onPress={onClose}>
          {text.t('close')}
        </Button>
      </div>
    </DialogFrame>
  );
}

/** With one of them missing there is nothing to compare. */
function Outputs({ both: { left, right } }: { readonly both: Both }) {
  const { evidence } = useText();
  if (left.ok && right.ok) return <Lines left={left.value} right={right.value} />;
  return (
    <>
      {left.ok ? null : <FailureNotice failure={left.failure} title={evidence('compare-left')} alert />}
      {right.ok ? null : <FailureNotice failure={right.failure} title={evidence('compare-right')} alert />}
    </>
  );
}

function Lines({ left, right }: { readonly left: OutputLines; readonly right: OutputLines }) {
  const { evidence } = useText();
  const rows = lineDiff(left.lines.join('\n'), right.lines.join('\n'));
  const cut = left.total > left.lines.length || right.total > right.lines.length;
  const most = Math.max(left.lines.length, right.lines.length);
  const same = rows?.every(({ type }) => type === 'same' || type === 'skipped') === true;
  return (
    <>
      {cut ? <p className="why">{evidence('compare-cut', { count: most })}</p> : null}
      {rows === null ? <p className="why">{evidence('compare-too-long')}</p> : null}
      {same ? <p>{evidence(left.total === 0 ? 'compare-no-output' : 'compare-same-output')}</p> : null}
      {rows === null ? (
        <div className="compare-beside">
          <pre>{left.lines.join('\n')}</pre>
          <pre>{right.lines.join('\n')}</pre>
        </div>
      ) : same ? null : (
        <>
          <p className="quiet compare-legend" aria-hidden="true">
            <span className="diff-line is-gone">− {evidence('compare-gone')}</span>
            <span className="diff-line is-new">+ {evidence('compare-new')}</span>
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard. */}
          <div className="compare-lines" tabIndex={0} role="document">
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change their places.
              <Line key={index} row={row} />
            ))}
          </div>
        </>
      )}
    </>
  );
}

const signs = { same: ' ', gone: '−', new: '+' } as const;

function Line({ row }: { readonly row: DiffRow }) {
  const { evidence } = useText();
  if (row.type === 'skipped')
    return <p className="diff-skipped">{evidence('compare-skipped', { count: row.count })}</p>;
  return (
    <p className={`diff-line is-${row.type}`}>
      <span aria-hidden="true">{signs[row.type]}</span>
      {row.type === 'same' ? null : <span className="visually-hidden">{evidence(`compare-${row.type}`)}</span>}
      {row.text}
    </p>
  );
}
