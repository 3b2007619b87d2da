import { useAppState } from '../store/use-app.ts';
import { useText } from './use-text.ts';

/** Two live regions that are always there: step changes and verdicts wait their turn, failures interrupt. */
export function Announcer() {
  const { t } = useText();
  const heard = useAppState((state) => state.heard);
  const words = heard === null ? '' : t(heard.announcement.key, heard.announcement.params);
  const urgent = heard?.announcement.urgent === true;
  return (
    <>
      <div className="visually-hidden" aria-live="polite" role="status">
        {urgent ? '' : <span key={heard?.number}>{words}</span>}
      </div>
      <div className="visually-hidden" aria-live="assertive" role="alert">
        {urgent ? <span key={heard?.number}>{words}</span> : ''}
      </div>
    </>
  );
}
