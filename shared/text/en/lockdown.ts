/** English sentences: preflight's checks, the lock, notifications, breaking the glass. */
export const lockdown = {
  'item-notifications': 'Notifications',
  'item-desktop': 'Window and displays',
  'item-power': 'Power',
  'item-sleep': 'Sleep and screen lock',
  'item-disk': 'Disk space',
  'item-clock': 'Clocks',
  'item-updates': 'System updates',
  'item-hosts': 'Hosts',
  'item-checker': 'Checker',
  'check-notifications-blocked': '{{daemon}} kept notifications back and confirmed it.',
  'check-notifications-not-verified':
    '{{daemon}} was told to keep notifications back, but does not say whether it does: not verified.',
  'check-notifications-not-verified-remedy':
    'Switch on “do not disturb” yourself, quit chat and mail programs, and send yourself a message: nothing must appear.',
  'check-notifications-not-blocked': '{{daemon}} was told to keep notifications back, and says that it does not.',
  'check-notifications-not-blocked-remedy':
    'Restart {{daemon}} or switch on its “do not disturb” yourself, and check again. A policy of your organisation may forbid it: then quit chat and mail programs.',
  'check-notifications-no-daemon':
    'Nothing on this desktop shows notifications now, so there is nothing to keep back; a program that starts later could show them.',
  'check-notifications-no-daemon-remedy':
    'Start the notification service of your desktop (for example dunst or mako) and check again, or quit chat and mail programs.',
  'check-notifications-unsupported': '{{daemon}} shows notifications here, and Countersign cannot keep them back.',
  'check-notifications-unsupported-remedy':
    'Switch on “do not disturb” in the settings of your desktop and quit chat and mail programs before the hot phases.',
  'check-notifications-shortcut-missing':
    'macOS lets an app change the focus mode only through a shortcut, and there is none named “{{shortcut}}”.',
  'check-notifications-shortcut-missing-remedy':
    'Add “{{shortcut}}” in the Shortcuts app as the user guide describes, or switch on Do Not Disturb in Control Centre.',
  'check-notifications-unknown': 'Whether notifications can be kept back could not be found out: {{reason}}',
  'check-notifications-unknown-remedy':
    'Restart the notification service of your desktop and check again, or switch on “do not disturb” and quit chat and mail programs.',
  'check-desktop-held': 'The window can be held in front ({{manager}}).',
  'check-desktop-no-manager': 'No window manager runs: other windows can cover the checklist.',
  'check-desktop-no-manager-remedy': 'Log in to a desktop session, or start a window manager, and check again.',
  'check-desktop-limited': 'The window is held in front, but this system keeps for itself: {{limit}}.',
  'check-desktop-limited-remedy':
    'Do not use them during the hot phases. Should the checklist lose the screen, that is recorded with its duration.',
  'check-desktop-unknown': 'Whether the window can be held in front could not be found out: {{reason}}',
  'check-desktop-unknown-remedy': 'Close programs that lie above other windows, and check again.',
  'check-power-mains': 'This computer has mains power.',
  'check-power-battery': 'On battery, {{percent}} % left (at least {{limit}} % are wanted).',
  'check-power-low': 'On battery, only {{percent}} % left; at least {{limit}} % are wanted.',
  'check-power-low-remedy': 'Plug in the power supply, and check again.',
  'check-power-unknown': 'Mains or battery, and how full, could not be found out: {{reason}}',
  'check-power-unknown-remedy': 'Look for yourself: plug in the power supply, or see that the battery lasts.',
  'check-sleep-held': 'The computer stays awake and the screen stays unlocked; {{by}} confirms it.',
  'check-sleep-asked':
    'The system ({{by}}) was asked to stay awake and unlocked, but does not say whether it will: not verified.',
  'check-sleep-asked-remedy':
    'Set sleep and screen lock to “never” in the power and screen settings until the release is over.',
  'check-sleep-not-held': 'The computer can fall asleep or lock its screen: {{by}} says that nothing prevents it.',
  'check-sleep-not-held-remedy':
    'Set sleep and screen lock to “never” in the power and screen settings (under X11: xset s off -dpms), and check again.',
  'check-sleep-unknown': 'Whether the computer stays awake could not be found out: {{reason}}',
  'check-sleep-unknown-remedy':
    'Set sleep and screen lock to “never” in the power and screen settings until the release is over.',
  'check-disk-enough': '{{free}} free for journal and recordings in {{path}} (at least {{needed}} are wanted).',
  'check-disk-low': 'Only {{free}} free for journal and recordings in {{path}}; at least {{needed}} are wanted.',
  'check-disk-low-remedy':
    'Free space on the disk of {{path}} (empty the trash, remove old files), and check again. When it is full, steps fail: nothing runs unrecorded.',
  'check-disk-read-only': 'The disk of {{path}} is read-only: no journal can be written.',
  'check-disk-read-only-remedy':
    'Make the disk of {{path}} writable (as root: mount -o remount,rw; look at dmesg for disk errors), and check again.',
  'check-disk-unknown': 'How much space is free in {{path}} could not be found out: {{reason}}',
  'check-disk-unknown-remedy': 'See that {{path}} exists, can be read and is mounted, and check again.',
  'check-clock-agrees':
    'The clocks of the hosts agree with this computer to within {{limit}} s; furthest: {{furthest}}.',
  'check-clock-off':
    'Clocks differ from this computer by more than {{limit}} s (+ ahead, - behind, ? could not be asked): {{hosts}}.',
  'check-clock-off-remedy':
    'Compare with a third clock. Is it this computer, switch on its network time; is it a host, have its time service looked at (chronyc tracking, timedatectl). Then check again. Until then, times in logs do not fit the journal.',
  'check-clock-unknown': 'What these hosts’ clocks say could not be found out: {{hosts}} ({{reason}}).',
  'check-clock-unknown-remedy':
    'Connect to them and check again, or run date -u on each of them and compare with this computer: {{hosts}}.',
  'check-clock-no-hosts': 'No step works on a host, so there is no clock to compare.',
  'check-updates-none': 'No update waits and no restart is due, says {{by}}.',
  'check-updates-waiting': 'Updates wait, or can begin by themselves: {{what}}.',
  'check-updates-waiting-remedy':
    'Install them now and restart, or put automatic updates off until the release is over (Debian, Ubuntu: systemctl stop apt-daily.timer apt-daily-upgrade.timer; macOS: System Settings, General, Software Update; Windows: Settings, Windows Update, Pause updates).',
  'check-restart-needed': 'The system asks for a restart: {{why}}.',
  'check-restart-needed-remedy': 'Restart this computer before the hot phases, so that it does not ask in between.',
  'check-updates-unknown': 'Whether updates wait or a restart is due could not be found out: {{reason}}',
  'check-updates-unknown-remedy':
    'Open the update settings of this system and see that nothing installs or restarts by itself during the release.',
  'check-hosts-reached': 'Every host is connected: {{hosts}}.',
  'check-hosts-missing': 'Not connected: {{hosts}}.',
  'check-hosts-missing-remedy':
    'Connect them in the list of hosts; each one that fails says there why. Check network, VPN and jump host.',
  'check-hosts-none': 'No step works on a host.',
  'check-checker-here': '{{name}} is here as checker.',
  'check-checker-missing': 'This run wants a checker, and none is here.',
  'check-checker-missing-remedy':
    'Invite the checker with “$t(people:invite-open)”; if they were here before, ask them to look at their network and open the run again.',
  'check-checker-to-come': 'This run wants a checker; they can join once it has begun.',
  'check-checker-to-come-remedy':
    'Tell the checker to be at their computer; invite them with “$t(people:invite-open)” as soon as the run has begun.',
  'check-checker-not-needed': 'This run wants no checker.',
  'gap-focus-lost': 'another window was in front',
  'gap-minimized': 'the window was minimised',
  'gap-hidden': 'the window was hidden',
  'gap-not-full-screen': 'the window did not cover its display',
  'gap-display-changed': 'the displays changed',
  'gap-window-manager-gone': 'the window manager went away',
  'gap-notifications-unblocked': 'notifications were let through',
  'gap-asleep': 'the computer slept',
  'gap-screen-locked': 'the screen was locked',
  'gap-app-died': 'the app died',
  'way-close': 'closing the window',
  'way-quit': 'quitting the app',
  'way-reload': 'reloading the page',
  'way-developer-tools': 'developer tools',
  'way-full-screen': 'leaving full screen',
  'way-minimize': 'minimising the window',
  'way-new-window': 'a new window',
  'way-navigation': 'leaving the page',
  'way-external-link': 'an external link',
  'way-file-drop': 'a dropped file',
  'way-second-instance': 'opening the app a second time',
  'way-zoom': 'zooming',
  'way-leave-run': 'leaving the run',
} as const;
