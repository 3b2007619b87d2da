import type { Tolerance } from './compare.ts';
import type { Reading } from './reading.ts';

// Apart from the schemas, so that a screen that only shows them loads no schema library.

/** A reading in the checklist's own words, for people. */
export function readingWords(reading: Reading): string {
  const { how } = reading;
  switch (how.by) {
    case 'lines':
      return reading.keep === 'keys' ? 'keys: lines' : 'pairs: lines';
    case 'one':
      return 'numbers: one';
    case 'column':
      return `keys: column ${how.column}`;
    case 'columns':
      return `pairs: columns ${how.name}, ${how.number}`;
    case 'named':
      return `numbers: ${how.names.map(({ name }) => name).join(', ')}`;
    case 'json':
      return `${reading.keep === 'keys' ? 'keys' : 'pairs'}: json ${how.path}${'field' in how && how.field !== null ? ` ${how.field}` : ''}`;
    case 'matches':
      return `${reading.keep === 'keys' ? 'keys' : 'pairs'}: matches ${how.pattern}`;
  }
}

/** True where the reading looks for JSON; of a query that is the list of its rows. */
export function readsJson({ how }: Reading): boolean {
  return how.by === 'json' || (how.by === 'named' && how.names.some(({ at }) => at === 'json'));
}

/** A tolerance as it is written. */
export function toleranceWords(tolerance: Tolerance): string {
  return `${tolerance.most}${tolerance.type === 'percent' ? '%' : ''}`;
}
