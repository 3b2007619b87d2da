import {
  ArrowRightToLine,
  Keyboard,
  LockOpen,
  LogOut,
  Menu as MenuIcon,
  OctagonX,
  Pause,
  Play,
  Settings as SettingsIcon,
  Undo2,
} from 'lucide-react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { openRollback, type RollbackState, type RunState } from '../../../shared/run/state.ts';
import { EnvironmentTag } from '../../components/badges.tsx';
import { useNow } from '../../components/use-now.ts';
import { useText } from '../../components/use-text.ts';
import { type GlassNeed, glassNeed } from '../../model/lockdown/glass.ts';
import { isLocked } from '../../model/lockdown/mark.ts';
import { blockPosition, progress } from '../../model/status.ts';
import { wayBack } from '../../model/way-back.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { LockMark } from '../lock/lock-mark.tsx';
import { PeopleControl } from '../people/people-control.tsx';
import type { Acts } from './use-acts.tsx';

/** Which environment, which release, where in it, how long already; and the acts on the run as a whole. */
export function TopBar({ run, acts }: { readonly run: OpenRun; readonly acts: Acts }) {
  const { people } = useText();
  return (
    <header className="top-bar">
      {run.live && run.state.participants.length > 0 ? (
        <p className="role-mark">
          <strong>{people('role-operator')}</strong>
        </p>
      ) : null}
      <TopWhere run={run} />
      <div className="top-acts">
        <Elapsed run={run} />
        <LockMark run={run} />
        <PeopleControl run={run} acts={acts} />
        {run.state.block === null ? <HoldButton run={run} acts={acts} /> : null}
        <RollbackButton state={run.state} />
        <RunMenu run={run} acts={acts} />
      </div>
    </header>
  );
}

/** Which environment, which release, and where in it. */
export function TopWhere({ run }: { readonly run: OpenRun }) {
  const { t } = useText();
  const { state } = run;
  const { plan } = state;
  const { settled, total } = progress(state);
  const rollback = openRollback(state);
  const forward = wayBack(state).type === 'forward';
  const block = state.block === null ? null : blockPosition(state, Math.min(state.current, total - 1));
  return (
    <div className="top-where">
      <EnvironmentTag name={plan.environment} production={plan.production} />
      <h1 className="top-title">
        {plan.title}
        {plan.version === null || plan.title.includes(plan.version) ? '' : ` ${plan.version}`}
      </h1>
      {forward ? <span className="top-block">{t('top-fix-forward')}</span> : null}
      {rollback === null ? null : <RollingBack state={state} rollback={rollback} />}
      <span className="top-position number">
        {settled < total
          ? t(rollback === null ? 'step-n-of-m' : 'rollback-step-n-of-m', { n: settled + 1, m: total })
          : t('all-settled')}
      </span>
      {block === null || rollback !== null ? null : (
        <span className="top-block">
          {t('block-position', { title: block.title, n: block.position, m: block.size })}
        </span>
      )}
    </div>
  );
}

/** How long the run has been under way. */
export function Elapsed({ run: { state } }: { readonly run: OpenRun }) {
  const { t, ticking } = useText();
  const now = useNow(state.status !== 'ended');
  if (state.startedAt === null) return null;
  return (
    <span className="top-elapsed" role="timer">
      <span className="quiet">{t('elapsed')}</span>{' '}
      <span className="number">{ticking(now - Date.parse(state.startedAt))}</span>
    </span>
  );
}

function HoldButton({ run, acts }: { readonly run: OpenRun; readonly acts: Acts }) {
  const { t } = useText();
  if (run.state.status === 'held') {
    const whyNot = acts.refusal({ type: 'continue' });
    return (
      <span title={whyNot ?? undefined}>
        <Button
          className="button"
          isDisabled={whyNot !== null || run.pending}
          onPress={() => acts.send({ type: 'continue' })}
        >
          <Play size={16} aria-hidden="true" />
          {t('continue-run')}
        </Button>
      </span>
    );
  }
  const why = acts.refusal({ type: 'hold', reason: '-', minutes: 1 });
  return (
    <span title={why ?? undefined}>
      <Button className="button" isDisabled={why !== null || run.pending} onPress={() => acts.ask({ type: 'hold' })}>
        <Pause size={16} aria-hidden="true" />
        {t('hold-ask')}
      </Button>
    </span>
  );
}

/** Which way the run goes must be seen from across the room. */
function RollingBack({ state, rollback }: { readonly state: RunState; readonly rollback: RollbackState }) {
  const { t } = useText();
  const title = state.plan.blocks[rollback.block ?? -1]?.title ?? '';
  return (
    <strong className="top-rollback">
      <Undo2 size={16} aria-hidden="true" />
      {rollback.scope === 'run' ? t('top-rolling-back') : t('top-restoring', { title })}
    </strong>
  );
}

const wayWords = { possible: 'rollback-ask', 'under-way': 'rollback-see', forward: 'forward-ask' } as const;

function RollbackButton({ state }: { readonly state: RunState }) {
  const { t } = useText();
  const { showDialog } = useActions();
  const way = wayBack(state).type;
  const forward = way === 'forward';
  return (
    <Button className="button" onPress={() => showDialog('rollback')}>
      {forward ? <ArrowRightToLine size={16} aria-hidden="true" /> : <Undo2 size={16} aria-hidden="true" />}
      {t(wayWords[way])}
      <kbd>F8</kbd>
    </Button>
  );
}

/**
 * The acts on the run as a whole. Inside an atomic block nothing is left of it but the keys, and why the glass is not
 * broken there; while the run is locked whatever would lead away from it says why not.
 */
function RunMenu({ run, acts }: { readonly run: OpenRun; readonly acts: Acts }) {
  const { t, refusal } = useText();
  const actions = useActions();
  const inBlock = run.live && run.state.block !== null;
  const locked = run.live && isLocked(run.state, run.lock);
  const abandon = acts.refusal({ type: 'abandon', reason: '-' });
  const away = locked ? refusal({ code: 'lockdown-no-way-out', params: {} }) : null;
  const leave = async (): Promise<void> => {
    if (await actions.leaveRun()) await actions.goHome();
  };
  const barred = [...(abandon === null ? [] : ['abandon']), ...(away === null ? [] : ['settings', 'leave'])];
  const glass = locked ? glassNeed(run.state) : null;
  if (glass?.type === 'restore' || glass?.type === 'waits') barred.push('glass');
  return (
    <MenuTrigger>
      <Button className="icon-button" aria-label={t('menu')}>
        <MenuIcon size={18} aria-hidden="true" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" disabledKeys={barred}>
          <MenuItem id="keys" className="menu-item" onAction={() => actions.showDialog('keys')}>
            <Keyboard size={16} aria-hidden="true" />
            {t('keys')}
          </MenuItem>
          {glass === null || glass.type === 'not-locked' ? null : <GlassItem need={glass} />}
          {inBlock ? null : (
            <>
              <MenuItem
                id="settings"
                className="menu-item"
                textValue={t('settings')}
                onAction={() => actions.showSettings(true)}
              >
                <SettingsIcon size={16} aria-hidden="true" />
                <Why words={t('settings')} why={away} />
              </MenuItem>
              <MenuItem id="leave" className="menu-item" textValue={t('leave-run')} onAction={() => void leave()}>
                <LogOut size={16} aria-hidden="true" />
                <Why words={t('leave-run')} why={away} />
              </MenuItem>
              <MenuItem
                id="abandon"
                className="menu-item danger"
                textValue={t('abandon-ask')}
                onAction={() => acts.ask({ type: 'abandon' })}
              >
                <OctagonX size={16} aria-hidden="true" />
                <Why words={t('abandon-ask')} why={abandon} />
              </MenuItem>
            </>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

/** What an entry does, and why not now. */
function Why({ words, why }: { readonly words: string; readonly why: string | null }) {
  return (
    <span>
      {words}
      {why === null ? null : <small>{why}</small>}
    </span>
  );
}

/** The way out that is always there while the run is locked, but for a block, and where it waits already. */
function GlassItem({ need }: { readonly need: GlassNeed }) {
  const { lockdown } = useText();
  const { showDialog } = useActions();
  const why =
    need.type === 'restore'
      ? lockdown('glass-restore', { block: need.block })
      : need.type === 'waits'
        ? lockdown('glass-waits', { name: need.name })
        : null;
  return (
    <MenuItem
      id="glass"
      className="menu-item danger"
      textValue={lockdown('glass-menu')}
      onAction={() => showDialog('glass')}
    >
      <LockOpen size={16} aria-hidden="true" />
      <Why words={lockdown('glass-menu')} why={why} />
    </MenuItem>
  );
}
