import { CircleX, Info, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useText } from './use-text.ts';

const icons = { calm: Info, caution: TriangleAlert, failure: CircleX } as const;

interface Props {
  readonly tone: keyof typeof icons;
  readonly children: ReactNode;
  readonly alert?: boolean;
  readonly onDismiss?: () => void;
}

/** A sentence that lies across the screen until it is settled or dismissed. */
export function Notice({ tone, children, alert = false, onDismiss }: Props) {
  const { t } = useText();
  const Icon = icons[tone];
  return (
    <div className={`notice ${tone}`} role={alert ? 'alert' : 'status'}>
      <Icon className="notice-icon" size={18} aria-hidden="true" />
      <div className="notice-body">{children}</div>
      {onDismiss === undefined ? null : (
        <Button className="icon-button" aria-label={t('dismiss')} onPress={onDismiss}>
          <X size={16} aria-hidden="true" />
        </Button>
      )}
    </div>
  );
}
