import { createTranslator, type Translate } from '../../shared/text/translate.ts';

/** The command line speaks the language of the locale: Chinese for `zh*`, English for everything else. */
export function cliLanguage(env: NodeJS.ProcessEnv): 'en' | 'zh' {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Sentences for the command line, keys as `namespace:key`. */
export function cliTranslator(env: NodeJS.ProcessEnv): Translate {
  const instance = createTranslator(cliLanguage(env));
  return (key, params) => instance.t(key, { ...params });
}
