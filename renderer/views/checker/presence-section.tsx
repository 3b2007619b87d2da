import { formatBytes } from '../../../shared/config/bytes.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { Glyph } from '../../components/glyph.tsx';
import { type Text, useText } from '../../components/use-text.ts';
import type { Standing } from '../../model/status.ts';
import { wallClockSeconds } from '../../model/time.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { operatorName } from './names.ts';

interface Props {
  readonly state: RunState;
  readonly followed: Followed;
}

/** Whether the operator is there, how much of the run is here, and what was signed for. */
export function PresenceSection({ state, followed }: Props) {
  const text = useText();
  const { checker } = text;
  const { link, receiptedAt } = followed;
  const { standing, words } = operatorWords(followed, operatorName(state), text);
  return (
    <section className="desk-part" aria-labelledby="desk-presence">
      <h2 id="desk-presence">{checker('presence-title')}</h2>
      <p className={`state-word is-${standing}`}>
        <Glyph standing={standing} />
        <span>{words}</span>
      </p>
      <dl className="desk-facts">
        <dt>{checker('copy-title')}</dt>
        <dd className="number">
          {link.missingBytes === 0
            ? checker('copy-whole', { seq: state.seq })
            : checker('copy-missing', { size: formatBytes(link.missingBytes) })}
        </dd>
        {link.role === 'checker' ? (
          <>
            <dt>{checker('receipt-title')}</dt>
            <dd className="number">{receiptWords(link.receipted, receiptedAt, text)}</dd>
          </>
        ) : null}
      </dl>
      <details className="exact">
        <summary>{checker('link-details')}</summary>
        <dl className="desk-facts">
          <dt>{checker('link-address')}</dt>
          <dd className="mono">{link.address}</dd>
          <dt>{checker('link-certificate')}</dt>
          <dd className="mono">{link.certificate}</dd>
        </dl>
      </details>
    </section>
  );
}

function receiptWords(receipted: number | null, at: number | null, { checker }: Text): string {
  if (receipted === null) return checker('receipt-none');
  return at === null
    ? checker('receipt-upto-before', { seq: receipted })
    : checker('receipt-upto', { seq: receipted, at: wallClockSeconds(new Date(at)) });
}

function operatorWords(
  { link, lost }: Followed,
  name: string,
  { checker, span }: Text,
): { readonly standing: Standing; readonly words: string } {
  switch (link.status) {
    case 'connected':
      return (link.silentMs ?? 0) < limits.silentMs
        ? { standing: 'sensed', words: checker('operator-here', { name }) }
        : { standing: 'inconclusive', words: checker('operator-silent', { name, span: span(link.silentMs ?? 0) }) };
    case 'altered':
      return { standing: 'failed', words: checker('operator-altered') };
    case 'over':
    case 'refused':
      return { standing: 'excluded', words: checker('operator-over') };
    default:
      return lost === null
        ? { standing: 'running', words: checker('operator-joining', { name }) }
        : { standing: 'unknown', words: checker('operator-lost', { name }) };
  }
}
