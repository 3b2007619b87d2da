import { formatBytes } from '../../shared/config/bytes.ts';
import type { ActionOf } from '../../shared/steps/actions.ts';
import { CommandBlock } from '../components/command-block.tsx';
import { useHostAccount } from '../components/use-host-account.ts';
import { useText } from '../components/use-text.ts';
import { BytesProgress } from './bytes-progress.tsx';
import type { ResultProps, RoomProps, StepRoom } from './room.ts';

function UploadAct({ action, target }: RoomProps<'upload'>) {
  const { t } = useText();
  const account = useHostAccount(target.target);
  return (
    <>
      {action.what.type === 'restore' ? <p className="lead">{t('restore-lead')}</p> : null}
      <CommandBlock command={wordsOf(action)} host={target.target} account={account} sudo={action.sudo} />
      {action.what.type === 'put' ? <PutFacts action={action} what={action.what} /> : null}
    </>
  );
}

function wordsOf({ what, to, kept }: ActionOf<'upload'>): string {
  return what.type === 'put' ? `${what.from} → ${to}` : `${kept ?? ''} → ${to}`;
}

type Put = Extract<ActionOf<'upload'>['what'], { type: 'put' }>;

function PutFacts({ action, what }: { readonly action: ActionOf<'upload'>; readonly what: Put }) {
  const { t } = useText();
  return (
    <dl className="variables">
      <div>
        <dt>{t('upload-must-be')}</dt>
        <dd className="mono">{what.sha256 ?? t('upload-as-artifact')}</dd>
      </div>
      <div>
        <dt>{t(action.kept === null ? 'upload-not-kept' : 'upload-kept-as')}</dt>
        <dd className="mono">{action.kept ?? '–'}</dd>
      </div>
      <div>
        <dt>{t('upload-mode')}</dt>
        <dd>{what.mode ?? t('upload-mode-old')}</dd>
      </div>
    </dl>
  );
}

function UploadResult({ result }: ResultProps<'upload'>) {
  const { t } = useText();
  const fileWords = (file: typeof result.now): string =>
    file === null ? t('upload-nothing') : `${file.sha256} · ${formatBytes(file.size)}`;
  const travelled = { sent: formatBytes(result.sent), resumed: formatBytes(result.resumed) };
  return (
    <>
      <p className="lead">
        {t(`upload-did-${result.did}`)}
        {result.did === 'put' ? ` · ${t(result.resumed === 0 ? 'upload-travelled' : 'upload-resumed', travelled)}` : ''}
      </p>
      <dl className="variables">
        <div>
          <dt>{t('upload-now')}</dt>
          <dd className="mono">{fileWords(result.now)}</dd>
        </div>
        {result.did === 'was-there' ? null : (
          <div>
            <dt>{t('upload-before')}</dt>
            <dd className="mono">{fileWords(result.before)}</dd>
          </div>
        )}
        {result.kept === null ? null : (
          <div>
            <dt>{t('upload-kept-as')}</dt>
            <dd className="mono">{result.kept}</dd>
          </div>
        )}
      </dl>
    </>
  );
}

/** A proved file onto a host, or what it replaced back again. */
export const uploadRoom: StepRoom<'upload'> = {
  Act: UploadAct,
  Result: UploadResult,
  Progress: BytesProgress,
  words: () => ({ first: 'upload-on', again: 'upload-again-on', busy: 'running-on' }),
  exact: wordsOf,
  answeredByPerson: false,
};
