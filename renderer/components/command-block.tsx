import { useText } from './use-text.ts';

interface Props {
  readonly command: string;
  readonly host: string | null;
  readonly account: string | null;
  readonly sudo: string | null;
  /** What was really sent, once an attempt has begun; shown where it differs from the checklist's words. */
  readonly sent?: string | null;
}

/** A command in the exact words, with where and as whom. */
export function CommandBlock({ command, host, account, sudo, sent = null }: Props) {
  const { t } = useText();
  return (
    <figure className="command">
      <figcaption>
        {host === null ? null : <span>{t('on-host', { host })}</span>}
        {account === null ? null : <span>{t('as-account', { account })}</span>}
        {sudo === null ? null : <span>{t('with-sudo', { account: sudo })}</span>}
      </figcaption>
      <pre>{command}</pre>
      {sent === null || sent === command ? null : (
        <details className="cause">
          <summary>{t('on-the-wire')}</summary>
          <pre>{sent}</pre>
        </details>
      )}
    </figure>
  );
}
