import { Handshake, QrCode, UserMinus, UserPlus } from 'lucide-react';
import { useEffect } from 'react';
import { Button, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components';
import { admittedChecker } from '../../../shared/run/people-policy.ts';
import type { ParticipantState } from '../../../shared/run/state.ts';
import { useText } from '../../components/use-text.ts';
import { asking, followers } from '../../model/people/followers.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import type { Acts } from '../run/use-acts.tsx';
import { PresenceWord } from './presence-word.tsx';

interface Props {
  readonly run: OpenRun;
  readonly acts: Acts;
}

/** Who follows, in the top bar: the checker and whether they are there; else the way to let somebody follow. */
export function PeopleControl({ run, acts }: Props) {
  const { people } = useText();
  const { readMirror, showDialog } = useActions();
  const open = useAppState((state) => state.mirror?.view.open === true);
  useEffect(() => void readMirror(), [readMirror]);
  if (!run.live) return null;
  const there = followers(run.state);
  const checker = admittedChecker(run.state);
  if (run.state.block !== null && checker !== null) return <CheckerThere one={checker} />;
  if (run.state.block !== null && run.state.plan.people.checkers === 0) return null;
  if (there.length === 0) {
    const waiting = open && asking(run.state).length === 0;
    return (
      <Button className="button people-button" onPress={() => showDialog('invite')}>
        <UserPlus size={16} aria-hidden="true" />
        {waiting ? people('people-nobody') : people('invite-open')}
      </Button>
    );
  }
  return <PeopleMenu run={run} acts={acts} there={there} />;
}

/** Inside a block: whether the one who signs is there, and nothing to do about it. */
function CheckerThere({ one }: { readonly one: ParticipantState }) {
  return (
    <span className="people-there">
      <span className="people-name">{one.name}</span>
      <PresenceWord one={one} />
    </span>
  );
}

function PeopleMenu({ run, acts, there }: Props & { readonly there: readonly ParticipantState[] }) {
  const { people } = useText();
  const { showDialog } = useActions();
  const checker = admittedChecker(run.state);
  const observers = there.filter((one) => one !== checker).length;
  return (
    <MenuTrigger>
      <Button className="button people-button" aria-haspopup="menu">
        {checker === null ? null : (
          <>
            <span className="people-name">{checker.name}</span>
            <PresenceWord one={checker} />
          </>
        )}
        {observers === 0 ? null : (
          <span className={checker === null ? '' : 'quiet'}>{people('and-observers', { count: observers })}</span>
        )}
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu people-menu" aria-label={people('people-list')} disabledKeys={barred(run, acts, there)}>
          <MenuItem className="menu-item" onAction={() => showDialog('invite')}>
            <QrCode size={16} aria-hidden="true" />
            {people('menu-invite')}
          </MenuItem>
          {there.map((one) => (
            <MenuSection key={one.participant} className="people-section" aria-label={one.name}>
              <MenuItem className="people-who" textValue={one.name} isDisabled>
                <strong>{one.name}</strong>
                <span className="quiet">{people(`role-${one.role ?? 'observer'}`)}</span>
                <PresenceWord one={one} />
              </MenuItem>
              {one.role === 'checker' ? <HandoverItem acts={acts} one={one} /> : null}
              <MenuItem
                id={`dismiss ${one.participant}`}
                className="menu-item"
                textValue={people(`menu-dismiss-${one.role ?? 'observer'}`, { name: one.name })}
                onAction={() => acts.ask({ type: 'dismiss', participant: one.participant })}
              >
                <UserMinus size={16} aria-hidden="true" />
                {people(`menu-dismiss-${one.role ?? 'observer'}`, { name: one.name })}
              </MenuItem>
            </MenuSection>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function HandoverItem({ acts, one }: { readonly acts: Acts; readonly one: ParticipantState }) {
  const { people } = useText();
  const { participant, name } = one;
  const why = acts.refusal({ type: 'offer-handover', participant, reason: '-' });
  return (
    <MenuItem
      id={`handover ${participant}`}
      className="menu-item"
      textValue={people('menu-handover', { name })}
      onAction={() => acts.ask({ type: 'offer-handover', participant })}
    >
      <Handshake size={16} aria-hidden="true" />
      <span>
        {people('menu-handover', { name })}
        {why === null ? null : <small>{why}</small>}
      </span>
    </MenuItem>
  );
}

/** What the run would refuse now; the reason stands beside it. */
function barred(run: OpenRun, acts: Acts, there: readonly ParticipantState[]): readonly string[] {
  return there.flatMap(({ participant }) => [
    ...(acts.refusal({ type: 'offer-handover', participant, reason: '-' }) === null ? [] : [`handover ${participant}`]),
    ...(run.pending || acts.refusal({ type: 'dismiss', participant, reason: '-' }) !== null
      ? [`dismiss ${participant}`]
      : []),
  ]);
}
