import type { Standing } from '../model/status.ts';
import { useText } from './use-text.ts';

/** Shapes of the states; word and colour come with them, never colour alone. */
const shapes: Readonly<Record<Standing, string>> = {
  todo: '░',
  current: '▶',
  running: '▶',
  passed: '✓',
  sensed: '✓',
  countersign: '⧉',
  failed: '✕',
  unknown: '?',
  inconclusive: '~',
  deferred: '↷',
  overridden: '!',
};

/** A state's shape alone, for places where its word stands beside it or is read out otherwise. */
export function Glyph({ standing }: { readonly standing: Standing }) {
  return (
    <span className={`glyph is-${standing}`} aria-hidden="true">
      {shapes[standing]}
    </span>
  );
}

/** A state as shape, word and colour. */
export function StateWord({ standing }: { readonly standing: Standing }) {
  const { t } = useText();
  return (
    <span className={`state-word is-${standing}`}>
      <Glyph standing={standing} />
      {t(`state-${standing}`)}
    </span>
  );
}
