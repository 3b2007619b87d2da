import { useText } from './use-text.ts';

/** Whether a step may be repeated freely or runs once. */
export function EffectBadge({ effect }: { readonly effect: 'read' | 'write' }) {
  const { t } = useText();
  return (
    <span className={`effect ${effect}`}>
      <span>{t(`effect-${effect}`)}</span>
      <span className="effect-note">{t(`effect-${effect}-note`)}</span>
    </span>
  );
}

interface EnvironmentProps {
  readonly name: string;
  readonly production: boolean;
}

/** An environment's name; production is a solid block that nothing else looks like. */
export function EnvironmentTag({ name, production }: EnvironmentProps) {
  const { t } = useText();
  return (
    <span className={production ? 'environment production' : 'environment'}>
      {name}
      {production ? <span className="environment-word">{t('production')}</span> : null}
    </span>
  );
}
