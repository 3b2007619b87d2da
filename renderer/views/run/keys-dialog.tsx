import { Button } from 'react-aria-components';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { useText } from '../../components/use-text.ts';

const keys = [
  ['⏎', 'key-primary'],
  ['Ctrl ⏎', 'key-primary-typing'],
  ['/', 'key-search'],
  ['↑ ↓', 'key-outline'],
  ['← →', 'key-tabs'],
  ['PgUp PgDn', 'key-output'],
  ['x', 'key-lines-around'],
  ['Space', 'key-finding'],
  ['F7', 'key-interruptions'],
  ['F8', 'key-back-out'],
  ['?', 'key-keys'],
  ['Esc', 'key-close'],
] as const;

/** Every key of the run screen. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText();
  return (
    <DialogFrame title={t('keys')} onClose={onClose}>
      <dl className="keys">
        {keys.map(([key, what]) => (
          <div key={what}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <div className="dialog-acts">
        <Button className="button solid" autoFocus onPress={onClose}>
          {t('close')}
        </Button>
      </div>
    </DialogFrame>
  );
}
