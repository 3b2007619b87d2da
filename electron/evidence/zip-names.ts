/** Which names may stand in a run's zip; the same rules for writing one and for taking up somebody else's. */

/** The run itself, as `docs/audit-format.md` lists it. */
const trail = /^(?:journal\.jsonl|receipts\.jsonl|torn-[1-9]\d{0,6}\.bin|(?:checklist|output|evidence)\/.+)$/;
/** What an export puts beside it. */
const beside =
  /^(?:MANIFEST\.sha256|README\.txt|export\.json|report\.(?:html|pdf)|verify\.mjs|keys\/[\w.-]{1,200}\.pem)$/;

/** True for a file of the run itself. */
export function isTrailName(name: string): boolean {
  return trail.test(name);
}

/** True for a file that an export puts beside the run. */
export function isBesideName(name: string): boolean {
  return beside.test(name);
}

/** Why a name may not be written below a folder. */
export type NameFault =
  | 'long'
  | 'control'
  | 'absolute'
  | 'outside'
  | 'backslash'
  | 'windows'
  | 'twice'
  | 'case'
  | 'nested';

const longest = 1_000;

/** Windows takes these for devices, streams, or other names than they are written. */
const strangeOnWindows = /[<>:"|?*]|[. ]$|^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?: *\.| *$)/i;

/** What is wrong with one name on its own, or null. `/` separates its parts. */
export function nameFault(
  name: string,
  platform: NodeJS.Platform,
): Exclude<NameFault, 'twice' | 'case' | 'nested'> | null {
  if (name.length === 0 || name.length > longest) return 'long';
  if (/[\u0000-\u001f\u007f\u2028\u2029\ufffd]/.test(name) || /\p{Surrogate}/u.test(name)) return 'control';
  if (name.includes('\\')) return 'backslash';
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'absolute';
  const parts = name.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'outside';
  return platform === 'win32' && parts.some((part) => strangeOnWindows.test(part)) ? 'windows' : null;
}

/** As a file system without upper and lower case, or with composed letters, sees a name. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC');
}

/**
 * The first name that cannot lie beside the ones before it, or that is wrong on its own; null when all of them can be
 * written, on every kind of file system.
 */
export function firstNameFault(
  names: readonly string[],
  platform: NodeJS.Platform,
): { readonly name: string; readonly fault: NameFault } | null {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const name of names) {
    const fault = nameFault(name, platform) ?? collision(name, files, folders);
    if (fault !== null) return { name, fault };
    files.set(folded(name), name);
    for (const folder of foldersOf(name)) folders.set(folded(folder), folder);
  }
  return null;
}

function foldersOf(name: string): readonly string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

function collision(
  name: string,
  files: ReadonlyMap<string, string>,
  folders: ReadonlyMap<string, string>,
): NameFault | null {
  const before = files.get(folded(name));
  if (before !== undefined) return before === name ? 'twice' : 'case';
  if (folders.has(folded(name))) return 'nested';
  for (const folder of foldersOf(name)) {
    if (files.has(folded(folder))) return 'nested';
    const known = folders.get(folded(folder));
    if (known !== undefined && known !== folder) return 'case';
  }
  return null;
}

/** A name as our sentences can hold it: what looks like a reference to one of them would keep the real one from being said. */
export function sayableName(name: string): string {
  return name.slice(0, 500).replaceAll('$t(', '$ t(');
}
