import i18next, { type i18n } from 'i18next';
import { en } from './en/index.ts';
import { zh } from './zh/index.ts';

/** Gives a sentence by `namespace:key`; both languages have exactly the same keys. */
export type Translate = (key: string, params?: Readonly<Record<string, unknown>>) => string;

/** A translator for one language, keys as `namespace:key`. Used by screens, report and command line alike. */
export function createTranslator(language: 'en' | 'zh'): i18n {
  const instance = i18next.createInstance();
  void instance.init({
    lng: language,
    fallbackLng: 'en',
    resources: { en, zh },
    ns: Object.keys(en),
    defaultNS: 'ui',
    initAsync: false,
    showSupportNotice: false,
    interpolation: { escapeValue: false },
  } as Parameters<i18n['init']>[0]);
  return instance;
}
