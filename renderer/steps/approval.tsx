import { Glyph } from '../components/glyph.tsx';
import { useText } from '../components/use-text.ts';
import { rolesOf } from '../model/approvals.ts';
import { dateAndTime } from '../model/time.ts';
import type { RoomProps, StepRoom } from './room.ts';

function ApprovalAct({ action, target }: RoomProps<'approval'>) {
  const { t } = useText();
  return (
    <>
      <p className="lead">{t('approval-lead')}</p>
      <ul className="roles">
        {rolesOf(action, target.approvals).map(({ role, needed, approved, answers }) => (
          <li key={role}>
            <p className="role">
              <Glyph standing={approved >= needed ? 'passed' : 'todo'} />
              <strong>{t('approval-role', { role, given: approved, needed })}</strong>
              <span className="quiet">
                {approved >= needed ? t('approve-enough') : t('approve-open', { count: needed - approved })}
              </span>
            </p>
            {answers.length === 0 ? <p className="role-answer quiet">{t('approve-none-yet')}</p> : null}
            {answers.map((one) => (
              <p key={one.person} className="role-answer decision">
                <Glyph standing={one.answer === 'approved' ? 'passed' : 'failed'} />
                {t(`approval-${one.answer}`, { person: one.person, at: dateAndTime(new Date(one.at)) })}
                <q>{one.reason}</q>
              </p>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

/** People approve by role. */
export const approvalRoom: StepRoom<'approval'> = {
  Act: ApprovalAct,
  words: () => ({ first: 'approve-ask', again: 'approve-ask', busy: 'running-on' }),
  exact: () => null,
  answeredByPerson: true,
};
