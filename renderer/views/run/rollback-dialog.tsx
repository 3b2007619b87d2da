import { type FormEvent, useState } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import { stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { Intent, Refusal } from '../../../shared/contract/intents.ts';
import { may } from '../../../shared/run/policy.ts';
import { rollbackPreview } from '../../../shared/run/rollback-plan.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { DialogActs, ReasonField } from '../../components/reason-dialog.tsx';
import { SendingDialog, useSender, useStill } from '../../components/sending.tsx';
import { placeOf } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { ranKey, wayBack } from '../../model/way-back.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { RollbackWhat } from './rollback-what.tsx';
import { FixForward, UnderWay } from './way-back-dialogs.tsx';

interface Props {
  readonly run: OpenRun;
  readonly onClose: () => void;
}

/** What F8 opens: turning round with its consequence and time, or why there is nothing to turn round. */
export function RollbackDialog({ run: now, onClose }: Props) {
  const { submit, tellNotTaken } = useActions();
  const sender = useSender({
    pending: now.pending,
    onTaken: onClose,
    onLate: (notTaken) => tellNotTaken(now.state.runId, notTaken),
  });
  const run = useStill(sender.busy, now);
  const way = wayBack(run.state);
  if (way.type === 'forward') return <FixForward state={run.state} step={way.step} onClose={onClose} />;
  if (way.type === 'under-way') return <UnderWay state={run.state} rollback={way.rollback} onClose={onClose} />;
  return (
    <SendingDialog sending={sender}>
      <TurnRound run={run} onClose={onClose} onBegin={(intent) => sender.send(() => submit(intent))} />
    </SendingDialog>
  );
}

type Begin = Extract<Intent, { type: 'begin-rollback' }>;

function TurnRound({ run, onClose, onBegin }: Props & { readonly onBegin: (intent: Begin) => void }) {
  const { t } = useText();
  const { state } = run;
  const block = state.block === null ? null : (state.plan.blocks[state.block] ?? null);
  const [scope, setScope] = useState<Begin['scope']>(block === null ? 'run' : 'block');
  const [included, setIncluded] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState('');
  const uncertain = rollbackPreview(state, scope).uncertain;
  const include = uncertain.filter((ran) => included.has(ranKey(ran)));
  const preview = rollbackPreview(state, scope, include);
  const intent: Begin = { type: 'begin-rollback', scope, reason: reason.trim(), include: [...include] };
  const refused = may(state, { ...intent, reason: '-' });
  const complete = reason.trim() !== '' && refused === null && run.live;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (complete) onBegin(intent);
  };
  const params = {
    title: scope === 'block' ? (block?.title ?? '') : state.plan.title,
    environment: state.plan.environment,
  };
  return (
    <DialogFrame title={t('rollback-title')} onClose={onClose} size="medium" alert>
      <form className="dialog-form" onSubmit={submit}>
        {block === null ? null : (
          <RadioGroup className="field choices" value={scope} onChange={(value) => setScope(value as Begin['scope'])}>
            <Label>{t('rollback-scope')}</Label>
            <Radio value="block" className="choice">
              {t('rollback-scope-block', { title: block.title })}
            </Radio>
            <Radio value="run" className="choice">
              {t('rollback-scope-run')}
            </Radio>
          </RadioGroup>
        )}
        {refused === null ? (
          <p className="consequence">
            {scope === 'block' && preview.steps.length === 0
              ? t('rollback-text-block-nothing')
              : t(`rollback-text-${scope}`)}
            {scope === 'run' && state.plan.production ? ` ${t('rollback-text-analysis')}` : ''}
          </p>
        ) : (
          <Cannot run={run} refused={refused} onClose={onClose} />
        )}
        <RollbackWhat
          state={state}
          preview={preview}
          uncertain={uncertain}
          included={included}
          onInclude={setIncluded}
        />
        {refused === null ? <ReasonField label={t('reason-label')} value={reason} onChange={setReason} /> : null}
        <DialogActs
          submit={t(`rollback-submit-${scope}`, params)}
          danger
          ready={complete}
          why={!run.live ? t('only-looking') : refused === null && reason.trim() === '' ? t('reason-needed') : null}
          onClose={onClose}
        />
      </form>
    </DialogFrame>
  );
}

/** Why not now, and the way to what has to be done first. */
function Cannot({ run: { state }, refused, onClose }: Props & { readonly refused: Refusal }) {
  const text = useText();
  const { t } = text;
  const { look, send } = useActions();
  const { step: id = '', target = '', attempt = '' } = refused.params;
  const index = stepIndex(state.plan, id);
  const step = state.plan.steps[index];
  const unknown = refused.code === 'unknown-must-be-decided' && step !== undefined;
  const place = placeOf(text, target === '' ? [] : [target]);
  const goThere = (): void => {
    onClose();
    look(index, target);
  };
  return (
    <div className="notice caution" role="alert">
      <div className="notice-body">
        <p className="notice-title">{t('rollback-cannot')}</p>
        <p>{unknown ? t('rollback-probe-first', { step: step.title, place }) : text.refusal(refused)}</p>
        {unknown ? (
          <Button className="button" autoFocus onPress={goThere}>
            {t('rollback-go-there', { code: step.code, place })}
          </Button>
        ) : null}
        {refused.code === 'attempt-running' ? (
          <Button className="button" autoFocus onPress={() => void send({ type: 'cancel-attempt', attempt })}>
            {t('cancel-attempt', { place: '' })}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
