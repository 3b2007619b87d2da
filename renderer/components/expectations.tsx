import type { Expectations as Expected } from '../../shared/steps/expectations.ts';
import { expectationWords } from '../model/expectation-words.ts';
import { useText } from './use-text.ts';

/** What counts as done, one line each. */
export function Expectations({ expect, timeoutMs }: { readonly expect: Expected; readonly timeoutMs: number }) {
  const { t, span } = useText();
  return (
    <section className="facts">
      <h3>{t('counts-as-done')}</h3>
      <ul>
        {expectationWords(expect).map(({ key, params }) => (
          <li key={key + JSON.stringify(params)}>{t(key, params)}</li>
        ))}
        <li>{t('expect-within', { span: span(timeoutMs) })}</li>
      </ul>
    </section>
  );
}
