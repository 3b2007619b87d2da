import type { Language } from '../../shared/contract/ipc/settings.ts';

/**
 * The first of the person's languages that the app speaks; English when it speaks none.
 * `preferred` are BCP 47 tags as Electron's `getPreferredSystemLanguages` gives them.
 */
export function systemLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split(/[-_]/)[0];
    if (primary === 'zh') return 'zh';
    if (primary === 'en') return 'en';
  }
  return 'en';
}
