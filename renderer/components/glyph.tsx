import { Ban, Check, Copy, FilePen, Play, Redo2, Undo2, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Standing } from '../model/status.ts';
import { useText } from './use-text.ts';

const drawing = { size: 15, strokeWidth: 2.5, 'aria-hidden': true } as const;
const filled = <Play {...drawing} size={12} fill="currentColor" />;
const check = <Check {...drawing} />;

/**
 * Shapes of the states; word and colour come with them, never colour alone. Drawn where not every system's fonts
 * have the sign.
 */
const shapes: Readonly<Record<Standing, ReactNode>> = {
  todo: <span className="hatch" />,
  current: filled,
  running: filled,
  passed: check,
  sensed: check,
  paper: <FilePen {...drawing} />,
  countersign: <Copy {...drawing} />,
  failed: <X {...drawing} />,
  unknown: '?',
  inconclusive: '~',
  deferred: <Redo2 {...drawing} />,
  overridden: '!',
  excluded: <Ban {...drawing} />,
  undone: <Undo2 {...drawing} />,
};

/** A state's shape alone, for places where its word stands beside it or is read out otherwise. */
export function Glyph({ standing }: { readonly standing: Standing }) {
  return (
    <span className={`glyph is-${standing}`} aria-hidden="true">
      {shapes[standing]}
    </span>
  );
}

/** A state as shape and colour, with its own word or one that fits the place better. */
export function StateWord({ standing, word }: { readonly standing: Standing; readonly word?: string }) {
  const { t } = useText();
  return (
    <span className={`state-word is-${standing}`}>
      <Glyph standing={standing} />
      {word ?? t(`state-${standing}`)}
    </span>
  );
}
