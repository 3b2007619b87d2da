import { ui } from '../../shared/text/en/ui.ts';
import type { Text, UiKey } from '../components/use-text.ts';

type Words = Text['t'];
type Params = Readonly<Record<string, string>>;

/** Moves are named by the kinds of steps; one that this version has no words for is named by its own word. */
const known = (key: string): key is UiKey => key in ui;

/** A move about one of several (`only-4711`) has the words of its kind, with the number to be filled in. */
function numbered(choice: string): { readonly key: string; readonly number: string } {
  const [, base = choice, number = ''] = /^(only)-(\d+)$/.exec(choice) ?? [];
  return { key: `offer-${base}`, number };
}

/** An offered move by its name ("Kill tomcat on app2"); the texts are `offer-<choice>`. */
export function offerWords(choice: string, params: Params, t: Words): string {
  const { key, number } = numbered(choice);
  return known(key) ? t(key, { ...params, number }) : t('offer-other', { ...params, choice });
}

/** What follows from an offered move, where its kind says so (`offer-<choice>-text`). */
export function offerText(choice: string, params: Params, t: Words): string {
  const { key, number } = numbered(choice);
  const text = `${key}-text`;
  return known(text) ? t(text, { ...params, number }) : '';
}
