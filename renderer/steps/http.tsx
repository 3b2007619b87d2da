import { formatDuration } from '../../shared/checklist/duration.ts';
import { placeWords, statusWords } from '../../shared/http/address.ts';
import type { ActionOf } from '../../shared/steps/actions.ts';
import { useText } from '../components/use-text.ts';
import { textWords } from '../model/expectation-words.ts';
import { dateAndTime } from '../model/time.ts';
import type { ResultProps, RoomProps, StepRoom } from './room.ts';

function HttpAct({ action, target }: RoomProps<'http'>) {
  const { t } = useText();
  const last = target.attempts.findLast((attempt) => attempt.purpose === 'step');
  return (
    <>
      <figure className="command">
        <figcaption>
          <span>{action.from === 'desk' ? t('http-here') : t('http-through', { host: target.target })}</span>
          {action.address === null ? null : (
            <span>{t('http-connects-to', { address: placeWords(action.address) })}</span>
          )}
        </figcaption>
        <pre>{requestWords(action)}</pre>
      </figure>
      {last !== undefined && last.checks.length > 0 ? null : <Wanted action={action} />}
    </>
  );
}

/** The request as it will be made; of a secret only its name. */
function requestWords(action: ActionOf<'http'>): string {
  const headers = action.headers.map(
    ({ name, value }) =>
      `${name}: ${value.map((part) => (typeof part === 'string' ? part : `\${${part.secret}}`)).join('')}`,
  );
  return [`GET ${action.url}`, ...headers].join('\n');
}

function Wanted({ action }: { readonly action: ActionOf<'http'> }) {
  const { t, span, step } = useText();
  const { expect, repeat, certificateMs } = action;
  const wanted = [
    ...expect.headers.flatMap(({ name, tests }) => tests.map((test) => textWords(name, test))),
    ...expect.body.map((test) => textWords('body', test)),
  ];
  return (
    <section className="facts">
      <h3>{t('counts-as-done')}</h3>
      <ul>
        <li>{step('http-status', { status: statusWords(expect.status) })}</li>
        {wanted.map(({ key, params }) => (
          <li key={key + JSON.stringify(params)}>{t(key, params)}</li>
        ))}
        {certificateMs === null ? null : <li>{step('http-certificate', { time: formatDuration(certificateMs) })}</li>}
        <li>
          {repeat === null
            ? t('expect-within', { span: span(action.timeoutMs) })
            : step('http-repeat', {
                every: span(repeat.everyMs),
                within: span(repeat.withinMs),
                count: repeat.inARow,
              })}
        </li>
      </ul>
    </section>
  );
}

function HttpResult({ result }: ResultProps<'http'>) {
  const { t, span } = useText();
  const { status, certificate, redirects, headers, requests } = result;
  return (
    <section className="facts">
      <ul>
        <li>
          {status === null
            ? t('http-no-answer', { requests })
            : t('http-answered', { status, span: span(result.ms), requests })}
        </li>
        {redirects.map((redirect) => (
          <li key={redirect.to} className="mono">
            {t('http-redirected', { status: redirect.status, to: redirect.to })}
          </li>
        ))}
        {certificate === null ? null : (
          <li>
            {t('http-valid', {
              subject: certificate.subject,
              issuer: certificate.issuer,
              until: dateAndTime(new Date(certificate.validTo)),
            })}
          </li>
        )}
      </ul>
      {headers.length === 0 ? null : (
        <details className="cause">
          <summary>{t('http-headers')}</summary>
          <pre>{headers.map(([name, value]) => `${name}: ${value}`).join('\n')}</pre>
        </details>
      )}
    </section>
  );
}

/** A web address and what it answers. */
export const httpRoom: StepRoom<'http'> = {
  Act: HttpAct,
  Result: HttpResult,
  words: () => ({ first: 'http-on', again: 'http-again-on', busy: 'running-on' }),
  exact: (action) => requestWords(action),
  answeredByPerson: false,
};
