import { Button } from 'react-aria-components';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { useText } from '../../components/use-text.ts';

/** Every key of the checker's screen. */
export function CheckerKeysDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, checker } = useText();
  const keys = [
    ['F6', checker('key-evidence')],
    ['F7', checker('key-interruption')],
    ['F9', checker('key-hold')],
    ['/', t('key-search')],
    ['↑ ↓', t('key-outline')],
    ['← →', t('key-tabs')],
    ['PgUp PgDn', t('key-output')],
    ['?', t('key-keys')],
    ['Esc', t('key-close')],
  ] as const;
  return (
    <DialogFrame title={t('keys')} onClose={onClose}>
      <dl className="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
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
