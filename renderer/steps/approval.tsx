import { useText } from '../components/use-text.ts';
import { dateAndTime } from '../model/time.ts';
import type { RoomProps, StepRoom } from './room.ts';

function ApprovalAct({ action, target }: RoomProps<'approval'>) {
  const { t } = useText();
  return (
    <>
      <p className="lead">{t('approval-lead')}</p>
      <ul className="facts">
        {action.roles.map(({ role, needed }) => {
          const given = target.approvals.filter((one) => one.role === role);
          return (
            <li key={role}>
              {t('approval-role', { role, given: given.filter((one) => one.answer === 'approved').length, needed })}
              {given.map((one) => (
                <p key={one.person}>
                  {t(`approval-${one.answer}`, { person: one.person, at: dateAndTime(new Date(one.at)) })} {one.reason}
                </p>
              ))}
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** People approve by role. */
export const approvalRoom: StepRoom<'approval'> = {
  Act: ApprovalAct,
  words: { first: 'confirm-on', again: 'confirm-again-on', busy: 'running-on' },
  exact: () => null,
  answeredByPerson: true,
};
