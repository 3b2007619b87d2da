import { Button } from 'react-aria-components';
import type { RunState } from '../../../shared/run/state.ts';
import { StateWord } from '../../components/glyph.tsx';
import { stepTitle } from '../../components/step-title.ts';
import { targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { targetStanding } from '../../model/status.ts';
import { wallClockSeconds } from '../../model/time.ts';
import { stepRooms } from '../../steps/index.tsx';

interface Props {
  readonly state: RunState;
  readonly onRecording: (attempt: string) => void;
}

/** Every step on every target: how it ended, when, how long it took against its plan. */
export function StepsTable({ state, onRecording }: Props) {
  const text = useText();
  const { t } = text;
  return (
    <table className="table steps">
      <thead>
        <tr>
          <th scope="col">{t('column-code')}</th>
          <th scope="col">{t('column-step')}</th>
          <th scope="col">{t('column-target')}</th>
          <th scope="col">{t('column-verdict')}</th>
          <th scope="col" className="number">
            {t('column-started')}
          </th>
          <th scope="col" className="number">
            {t('column-took')}
          </th>
          <th scope="col" className="number">
            {t('column-planned')}
          </th>
          <th scope="col">
            <span className="visually-hidden">{t('column-act')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {state.plan.steps.flatMap((step, index) =>
          (state.steps[index]?.targets ?? []).map((target, at) => {
            const last = target.attempts.findLast(({ purpose }) => purpose === 'step');
            return (
              <tr key={`${step.id}/${target.target}`} className={at === 0 ? 'first' : undefined}>
                <td className="code">{at === 0 ? step.code : ''}</td>
                <td className="grow">{at === 0 ? stepTitle(text, step) : ''}</td>
                <td>{targetName(text, target.target)}</td>
                <td>
                  <StateWord standing={targetStanding(target, stepRooms[step.kind].answeredByPerson)} />
                </td>
                <td className="number">{last === undefined ? '' : wallClockSeconds(new Date(last.startedAt))}</td>
                <td className="number">
                  {last?.durationMs == null || stepRooms[step.kind].answeredByPerson ? '' : text.span(last.durationMs)}
                </td>
                <td className="number quiet">{at === 0 && step.plannedMs !== null ? text.span(step.plannedMs) : ''}</td>
                <td className="act">
                  {last?.recording == null ? null : (
                    <Button
                      className="link-button"
                      aria-label={t('recording-of', {
                        step: stepTitle(text, step),
                        target: targetName(text, target.target),
                      })}
                      onPress={() => onRecording(last.attempt)}
                    >
                      {t('recording')}
                    </Button>
                  )}
                </td>
              </tr>
            );
          }),
        )}
      </tbody>
    </table>
  );
}
