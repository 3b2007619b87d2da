import { readFileSync } from 'node:fs';

/**
 * The fuse wire of an Electron executable (format: @electron/fuses, "fuse wire"): a sentinel, the wire's version,
 * its length, then one byte a fuse. In the order of the wire, by the names electron-builder uses.
 */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const names = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
];
const states = { 48: false, 49: true };

/** Reads the fuses of an executable: `{ name: true | false }`; a fuse that was removed from Electron is left out. */
export function readFuses(executable) {
  const bytes = readFileSync(executable);
  const at = bytes.indexOf(sentinel);
  if (at === -1) throw new Error(`${executable} has no fuse wire: it is not an Electron executable.`);
  const version = bytes[at + sentinel.length];
  if (version !== 1) throw new Error(`${executable} has a fuse wire of version ${version}; only 1 is known.`);
  const length = bytes[at + sentinel.length + 1];
  const wire = bytes.subarray(at + sentinel.length + 2, at + sentinel.length + 2 + length);
  return Object.fromEntries(
    names.flatMap((name, index) => (wire[index] in states ? [[name, states[wire[index]]]] : [])),
  );
}

/** The fuses that are not as demanded, in words; a fuse the executable does not have counts. */
export function wrongFuses(executable, demanded) {
  const found = readFuses(executable);
  return names
    .filter((name) => name in demanded && found[name] !== demanded[name])
    .map((name) => `${name} is ${found[name] ?? 'absent'}, should be ${demanded[name]}`);
}
