import { Button } from 'react-aria-components';
import type { Answers } from '../../../shared/contract/ipc.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useAsked } from '../../components/use-asked.ts';
import { useText } from '../../components/use-text.ts';
import { type DiffRow, lineDiff } from '../../model/line-diff.ts';
import { useApp } from '../../store/use-app.ts';

interface Props {
  readonly state: RunState;
  readonly onClose: () => void;
}

/** What differs on disk from what the run has frozen, file by file; none of it slips in. */
export function RedlinesDialog({ state, onClose }: Props) {
  const { t } = useText();
  return (
    <DialogFrame title={t('redlines-dialog')} onClose={onClose} size="full">
      <p>{t('redlines-text')}</p>
      <div className="redlines">
        {Object.entries(state.redlines).map(([path, now]) => (
          <Redline key={`${path} ${now}`} path={path} gone={now === null} />
        ))}
      </div>
      <div className="dialog-acts">
        <Button className="button solid" autoFocus onPress={onClose}>
          {t('close')}
        </Button>
      </div>
    </DialogFrame>
  );
}

function Redline({ path, gone }: { readonly path: string; readonly gone: boolean }) {
  const { t } = useText();
  const { api } = useApp();
  const { answer: sides, trouble } = useAsked(() => api.request('run:redline', { path }), path);
  return (
    <section>
      <h3 className="mono">{path}</h3>
      {trouble === null ? null : <FailureNotice failure={trouble} />}
      {gone ? <p>{t('redline-gone')}</p> : null}
      {sides === null && trouble === null ? <p className="quiet">{t('loading')}</p> : null}
      {sides === null || gone ? null : <Sides sides={sides} />}
    </section>
  );
}

function Sides({ sides: { frozen, now } }: { readonly sides: Answers['run:redline'] }) {
  const { t } = useText();
  if (frozen === null || now === null) return <p>{t('redline-unreadable')}</p>;
  const rows = lineDiff(frozen, now);
  if (rows === null) {
    return <p>{t('redline-too-long', { before: frozen.split('\n').length, after: now.split('\n').length })}</p>;
  }
  return (
    <pre className="diff">
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no names, and the list never changes.
        <DiffLine key={index} row={row} />
      ))}
    </pre>
  );
}

const signs = { same: ' ', gone: '−', new: '+' } as const;

function DiffLine({ row }: { readonly row: DiffRow }) {
  const { t } = useText();
  if (row.type === 'skipped')
    return <span className="diff-line quiet">{`⋯ ${t('redline-skipped', { count: row.count })}`}</span>;
  const side = row.type === 'same' ? null : t(row.type === 'gone' ? 'redline-frozen' : 'redline-now');
  return (
    <span className={`diff-line is-${row.type}`}>
      <span aria-hidden="true">{signs[row.type]} </span>
      {side === null ? null : <span className="visually-hidden">{side}: </span>}
      {row.text}
    </span>
  );
}
