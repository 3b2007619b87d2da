import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { I18nextProvider } from 'react-i18next';
import type { CoverView } from '../../shared/contract/ipc/lock.ts';
import type { CountersignApi } from '../../shared/contract/ipc.ts';
import { createTranslator } from '../../shared/text/translate.ts';
import { EnvironmentTag } from '../components/badges.tsx';
import { useNow } from '../components/use-now.ts';
import { useText } from '../components/use-text.ts';
import { wallClock } from '../model/time.ts';

/** The last view that was pushed, and word of the next one. */
export interface Views {
  readonly last: () => CoverView | null;
  readonly subscribe: (changed: () => void) => () => void;
}

/** Listens from now on: main pushes as soon as the page is loaded, which is before React has drawn it. */
export function listenToViews(api: Pick<CountersignApi, 'subscribe'>): Views {
  let last: CoverView | null = null;
  const listeners = new Set<() => void>();
  api.subscribe('lock:cover', (view) => {
    last = view;
    for (const changed of listeners) changed();
  });
  return {
    last: () => last,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
  };
}

/** What another display shows while the checklist has the operator: the time, and what goes on. */
export function Cover({ views }: { readonly views: Views }) {
  const view = useSyncExternalStore(views.subscribe, views.last);
  const language = view?.language ?? null;
  const translator = useMemo(() => createTranslator(language ?? 'en'), [language]);
  useEffect(() => {
    document.documentElement.lang = localeOf(language ?? 'en');
  }, [language]);
  return (
    <I18nextProvider i18n={translator}>
      <main className={view?.production === true ? 'cover production-frame' : 'cover'}>
        <Clock locale={localeOf(language ?? 'en')} dated={language !== null} />
        {view === null ? null : <State view={view} />}
      </main>
    </I18nextProvider>
  );
}

const localeOf = (language: CoverView['language']): string => (language === 'zh' ? 'zh-CN' : 'en');

/** Before the first push nobody knows which language to say the date in. */
function Clock({ locale, dated }: { readonly locale: string; readonly dated: boolean }) {
  const now = new Date(useNow(true));
  const date = now.toLocaleDateString(locale, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });
  return (
    <div className="cover-clock">
      <time className="cover-time">{wallClock(now)}</time>
      <p className="cover-date">{dated ? date : '\u00a0'}</p>
    </div>
  );
}

function State({ view }: { readonly view: CoverView }) {
  const { lockdown } = useText();
  const { environment, production, title, step, startedAt } = view;
  return (
    <div className="cover-state">
      <p className="cover-title">
        <EnvironmentTag name={environment} production={production} />
        <span>{title}</span>
      </p>
      {step === null ? null : <p className="cover-step">{step}</p>}
      {startedAt === null ? null : (
        <p className="cover-since">{lockdown('cover-since', { at: wallClock(new Date(startedAt)) })}</p>
      )}
      <p className="cover-locked">{lockdown('cover-locked')}</p>
    </div>
  );
}
