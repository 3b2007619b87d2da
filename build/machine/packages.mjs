import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isRoot, Stop, say, which } from './run.mjs';

/**
 * What the app and its tests need from a Debian-like system. An entry is there when its `program` is found, its
 * `file` exists (`*` stands for one folder, whatever its name), or (for `library`) the dynamic linker finds it for the
 * Electron executable. `names` are the package's names, oldest first: newer releases renamed some for the 64-bit time
 * transition.
 */

const libraries = [
  { library: 'libnss3.so', names: ['libnss3'] },
  { library: 'libnssutil3.so', names: ['libnss3'] },
  { library: 'libsmime3.so', names: ['libnss3'] },
  { library: 'libnspr4.so', names: ['libnspr4'] },
  { library: 'libdbus-1.so.3', names: ['libdbus-1-3'] },
  { library: 'libatk-1.0.so.0', names: ['libatk1.0-0', 'libatk1.0-0t64'] },
  { library: 'libatk-bridge-2.0.so.0', names: ['libatk-bridge2.0-0', 'libatk-bridge2.0-0t64'] },
  { library: 'libatspi.so.0', names: ['libatspi2.0-0', 'libatspi2.0-0t64'] },
  { library: 'libcups.so.2', names: ['libcups2', 'libcups2t64'] },
  { library: 'libdrm.so.2', names: ['libdrm2'] },
  { library: 'libgtk-3.so.0', names: ['libgtk-3-0', 'libgtk-3-0t64'] },
  { library: 'libgobject-2.0.so.0', names: ['libglib2.0-0', 'libglib2.0-0t64'] },
  { library: 'libglib-2.0.so.0', names: ['libglib2.0-0', 'libglib2.0-0t64'] },
  { library: 'libgio-2.0.so.0', names: ['libglib2.0-0', 'libglib2.0-0t64'] },
  { library: 'libpango-1.0.so.0', names: ['libpango-1.0-0'] },
  { library: 'libcairo.so.2', names: ['libcairo2'] },
  { library: 'libX11.so.6', names: ['libx11-6'] },
  { library: 'libXcomposite.so.1', names: ['libxcomposite1'] },
  { library: 'libXdamage.so.1', names: ['libxdamage1'] },
  { library: 'libXext.so.6', names: ['libxext6'] },
  { library: 'libXfixes.so.3', names: ['libxfixes3'] },
  { library: 'libXrandr.so.2', names: ['libxrandr2'] },
  { library: 'libgbm.so.1', names: ['libgbm1'] },
  { library: 'libexpat.so.1', names: ['libexpat1'] },
  { library: 'libxcb.so.1', names: ['libxcb1'] },
  { library: 'libxkbcommon.so.0', names: ['libxkbcommon0'] },
  { library: 'libudev.so.1', names: ['libudev1'] },
  { library: 'libasound.so.2', names: ['libasound2', 'libasound2t64'] },
];

/** For `npm start` and for printing reports. */
export const startPackages = [
  ...libraries,
  { file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', names: ['fonts-noto-cjk'] },
  { program: 'Xvfb', names: ['xvfb'] },
];

/** For `npm test` and `npm run bench`: a display of their own, and the real servers and tools they work against. */
export const testPackages = [
  ...startPackages,
  { program: 'openbox', names: ['openbox'] },
  { program: 'dbus-daemon', names: ['dbus'] },
  { program: 'xprop', names: ['x11-utils'] },
  // An X server with displays that can be plugged and unplugged, which Xvfb has not.
  { program: 'Xorg', names: ['xserver-xorg-core'] },
  { file: '/usr/lib/xorg/modules/drivers/dummy_drv.so', names: ['xserver-xorg-video-dummy'] },
  { program: 'xrandr', names: ['x11-xserver-utils'] },
  { program: 'xdotool', names: ['xdotool'] },
  { program: 'wmctrl', names: ['wmctrl'] },
  { program: 'dbus-send', names: ['dbus', 'dbus-bin'] },
  { program: 'notify-send', names: ['libnotify-bin'] },
  { program: 'dunst', names: ['dunst'] },
  { file: '/usr/lib/*/xfce4/notifyd/xfce4-notifyd', names: ['xfce4-notifyd'] },
  { program: 'xfconf-query', names: ['xfconf'] },
  { program: 'mako', names: ['mako-notifier'] },
  { program: 'sway', names: ['sway'] },
  { program: 'grim', names: ['grim'] },
  { program: 'gsettings', names: ['libglib2.0-bin'] },
  {
    file: '/usr/share/glib-2.0/schemas/org.gnome.desktop.notifications.gschema.xml',
    names: ['gsettings-desktop-schemas'],
  },
  { program: 'sshd', names: ['openssh-server'] },
  { program: 'ssh', names: ['openssh-client'] },
  { program: 'sudo', names: ['sudo'] },
  { program: 'parallel-ssh', names: ['pssh'] },
  { file: '/usr/share/tomcat10/bin/catalina.sh', names: ['tomcat10'] },
  // The server without its service: nothing is started by being installed.
  { program: 'mariadbd', names: ['mariadb-server-core'] },
  { program: 'mariadb', names: ['mariadb-client'] },
  { file: '/usr/lib/postgresql/*/bin/initdb', names: ['postgresql'] },
  { program: 'pdftotext', names: ['poppler-utils'] },
  { program: 'qpdf', names: ['qpdf'] },
  // Reads the QR codes of printed pages.
  { program: 'zbarimg', names: ['zbar-tools'] },
  { program: 'convert', names: ['imagemagick'] },
  { program: 'ps', names: ['procps'] },
  { program: 'ss', names: ['iproute2'] },
  { program: 'curl', names: ['curl'] },
  { program: 'openssl', names: ['openssl'] },
  { program: 'zip', names: ['zip'] },
  { program: 'asciinema', names: ['asciinema'] },
  { program: 'python3', names: ['python3'] },
  { program: 'busybox', names: ['busybox'] },
  { file: '/usr/sbin/logrotate', names: ['logrotate'] },
  { program: 'rsyslogd', names: ['rsyslog'] },
  { file: '/usr/lib/*/rsyslog/lmnsd_ossl.so', names: ['rsyslog-openssl'] },
  { program: 'supervisord', names: ['supervisor'] },
  { file: '/lib/systemd/systemd', names: ['systemd'] },
];

/** The libraries the dynamic linker does not find for a program. */
function missingLibraries(executable) {
  const listed = spawnSync('ldd', [executable], { encoding: 'utf8' });
  return [...(listed.stdout ?? '').matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1]);
}

function fileExists(path) {
  const [folder, rest] = path.split('*');
  if (rest === undefined) return existsSync(path);
  return existsSync(folder) && readdirSync(folder).some((name) => existsSync(`${folder}${name}${rest}`));
}

function missing(entries, executable) {
  const unresolved = missingLibraries(executable);
  return entries.filter((entry) => {
    if (entry.library !== undefined) return unresolved.includes(entry.library);
    if (entry.file !== undefined) return !fileExists(entry.file);
    return which(entry.program) === null;
  });
}

/** The name of a package on this release of the system: the last one that apt knows. */
function nameHere(names) {
  const known = names.filter((name) => spawnSync('apt-cache', ['show', '--no-all-versions', name]).status === 0);
  return known.at(-1) ?? names[0];
}

function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-o', 'Dpkg::Use-Pty=0'];
  return spawnSync('apt-get', [...options, ...args], { env, stdio: ['ignore', 2, 2] }).status === 0;
}

/** Debian starts the services of what it installs; the tests start their own, and a developer asked for none. */
function withoutServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return install();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return install();
  } finally {
    rmSync(policy);
  }
}

/**
 * Installs what is missing with apt when we are root on a Debian-like system, else ends with the exact command.
 * Other systems bring their own display, libraries and fonts: there it does nothing.
 */
export function ensurePackages(entries, executable) {
  if (process.platform !== 'linux') return;
  const lacking = missing(entries, executable);
  if (lacking.length === 0) return;
  if (which('apt-get') === null) {
    const words = lacking.map((entry) => entry.library ?? entry.program ?? entry.file).join(', ');
    throw new Stop(`Missing on this system, please install with your package manager: ${words}`);
  }
  if (isRoot()) say('Reading the list of system packages (apt-get update) …');
  if (isRoot() && !aptGet(['update'])) say('apt-get update failed; going on with the lists that are here.');
  const names = [...new Set(lacking.map((entry) => nameHere(entry.names)))];
  const command = ['install', '--no-install-recommends', ...names];
  if (!isRoot()) throw new Stop(`System packages are missing. Please run:\n  sudo apt-get ${command.join(' ')}`);
  say(`Installing system packages: ${names.join(' ')}`);
  if (!withoutServices(() => aptGet(command)))
    throw new Stop(`apt-get failed; see above. By hand:\n  apt-get ${command.join(' ')}`);
  const still = missing(entries, executable).flatMap((entry) => entry.names.at(-1));
  if (still.length > 0) throw new Stop(`Installed, but still not found on this system: ${still.join(' ')}`);
}
