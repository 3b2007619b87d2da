import { useText } from './use-text.ts';

interface EffectProps {
  readonly effect: 'read' | 'write';
  /** A person does it; nothing runs. */
  readonly byHand: boolean;
}

/** Whether a step may be repeated freely or is done once. */
export function EffectBadge({ effect, byHand }: EffectProps) {
  const { t } = useText();
  return (
    <span className={`effect ${effect}`}>
      <span>{t(`effect-${effect}`)}</span>
      <span className="effect-note">
        {t(effect === 'write' && byHand ? 'effect-write-note-by-hand' : `effect-${effect}-note`)}
      </span>
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
