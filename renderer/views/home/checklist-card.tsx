import { RotateCw, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { ChecklistSummary } from '../../../shared/contract/ipc/home.ts';
import { EnvironmentTag } from '../../components/badges.tsx';
import { ProblemList } from '../../components/problem-list.tsx';
import { useText } from '../../components/use-text.ts';
import { useActions, useAppState } from '../../store/use-app.ts';

/** One checklist: what it is, its problems with their places, and the environments it can run in. */
export function ChecklistCard({ checklist }: { readonly checklist: ChecklistSummary }) {
  const { t } = useText();
  const actions = useActions();
  const busy = useAppState((state) => state.home.busy !== null);
  const errors = checklist.problems.filter(({ severity }) => severity === 'error').length;
  return (
    <li className="card">
      <div className="card-head">
        <div className="card-title">
          <h3>{checklist.title}</h3>
          <p className="quiet path">{checklist.path}</p>
        </div>
        <Button
          className="icon-button"
          aria-label={t('reread', { title: checklist.title })}
          isDisabled={busy}
          onPress={() => void actions.openChecklist(checklist.path)}
        >
          <RotateCw size={16} aria-hidden="true" />
        </Button>
        <Button
          className="icon-button"
          aria-label={t('forget', { title: checklist.title })}
          isDisabled={busy}
          onPress={() => void actions.forgetChecklist(checklist.path)}
        >
          <X size={16} aria-hidden="true" />
        </Button>
      </div>
      <p className="card-facts">
        {checklist.version === null ? null : <span>{t('version', { version: checklist.version })}</span>}
        {checklist.steps === 0 ? null : <span>{t('n-steps', { count: checklist.steps })}</span>}
      </p>
      <Problems checklist={checklist} errors={errors} />
      {errors > 0 ? null : (
        <fieldset className="environments">
          <legend>{t('run-it-in')}</legend>
          {checklist.environments.map(({ name, production, hosts }) => (
            <Button
              key={name}
              className={production ? 'button environment-button production' : 'button environment-button'}
              isDisabled={busy}
              onPress={() => void actions.openPreflight(checklist.path, name)}
            >
              <EnvironmentTag name={name} production={production} />
              <span className="quiet">{t('n-hosts', { count: hosts })}</span>
            </Button>
          ))}
        </fieldset>
      )}
    </li>
  );
}

function Problems({ checklist, errors }: { readonly checklist: ChecklistSummary; readonly errors: number }) {
  const { t } = useText();
  const [open, setOpen] = useState(errors > 0);
  const warnings = checklist.problems.length - errors;
  if (checklist.problems.length === 0) return null;
  return (
    <details
      className={errors > 0 ? 'problem-box error' : 'problem-box warning'}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        {errors > 0 ? t('n-errors', { count: errors }) : null}
        {errors > 0 && warnings > 0 ? t('list-separator') : null}
        {warnings > 0 ? t('n-warnings', { count: warnings }) : null}
        {errors > 0 ? <span className="quiet"> {t('errors-block')}</span> : null}
      </summary>
      <ProblemList problems={checklist.problems} />
    </details>
  );
}
