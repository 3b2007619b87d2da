/**
 * A POSIX shell function `cs_hash FILE` that prints the SHA-256 of a file in hexadecimal digits with whatever the
 * host has, nothing for a file that cannot be read, and fails with 127 where the host has none of them. OpenSSL comes
 * first: it uses the processor's own instructions, and is about five times as fast as coreutils.
 */
export const hashScript = [
  'cs_hash() {',
  '  [ -r "$1" ] || return 1',
  '  if command -v openssl >/dev/null 2>&1 && cs_sum=$(openssl dgst -sha256 -r < "$1" 2>/dev/null); then :',
  '  elif command -v sha256sum >/dev/null 2>&1; then cs_sum=$(sha256sum < "$1") || return 1',
  '  elif command -v shasum >/dev/null 2>&1; then cs_sum=$(shasum -a 256 < "$1") || return 1',
  '  else return 127; fi',
  "  printf '%s\\n' \"$cs_sum\" | cut -d ' ' -f 1",
  '}',
].join('\n');
