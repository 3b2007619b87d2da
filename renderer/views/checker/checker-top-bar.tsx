import { Keyboard, LogOut, Menu as MenuIcon, Settings as SettingsIcon } from 'lucide-react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useText } from '../../components/use-text.ts';
import type { OpenRun } from '../../store/app-state.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { useActions } from '../../store/use-app.ts';
import { Elapsed, TopWhere } from '../run/top-bar.tsx';
import { operatorName, roleWord } from './names.ts';

interface Props {
  readonly run: OpenRun;
  readonly followed: Followed;
  readonly onLeave: () => void;
}

/** The operator's facts without their acts, and before everything else: that this is not the operator's screen. */
export function CheckerTopBar({ run, followed: { link }, onLeave }: Props) {
  const text = useText();
  const { checker, t } = text;
  const actions = useActions();
  const name = operatorName(run.state);
  return (
    <header className="top-bar">
      <p className={`role-mark is-${link.role ?? 'joining'}`}>
        <strong>{roleWord(link, text)}</strong>
        <span>{checker(link.role === 'observer' ? 'you-look' : 'you-follow', { name })}</span>
      </p>
      <TopWhere run={run} />
      <div className="top-acts">
        <Elapsed run={run} />
        <MenuTrigger>
          <Button className="icon-button" aria-label={checker('menu')}>
            <MenuIcon size={18} aria-hidden="true" />
          </Button>
          <Popover className="popover" placement="bottom end">
            <Menu className="menu">
              <MenuItem className="menu-item" onAction={() => actions.showDialog('keys')}>
                <Keyboard size={16} aria-hidden="true" />
                {t('keys')}
              </MenuItem>
              <MenuItem className="menu-item" onAction={() => actions.showSettings(true)}>
                <SettingsIcon size={16} aria-hidden="true" />
                {t('settings')}
              </MenuItem>
              <MenuItem className="menu-item" onAction={onLeave}>
                <LogOut size={16} aria-hidden="true" />
                {checker('leave')}
              </MenuItem>
            </Menu>
          </Popover>
        </MenuTrigger>
      </div>
    </header>
  );
}
