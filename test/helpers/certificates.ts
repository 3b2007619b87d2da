import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A key and a certificate as PEM texts. */
export interface MadeCertificate {
  readonly key: string;
  readonly cert: string;
  /** The certificate's file. */
  readonly file: string;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes a certificate that only itself vouches for, with the real openssl; it may vouch for others, too. */
export function selfSigned(folder: string, name: string, days = 30): MadeCertificate {
  const [key, file] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const names = ['-addext', `subjectAltName=DNS:${name},IP:127.0.0.1`];
  openssl([
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    key,
    '-out',
    file,
    '-days',
    String(days),
    '-subj',
    `/CN=${name}`,
    ...names,
  ]);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(file, 'utf8'), file };
}

/** Makes a certificate for a name and 127.0.0.1 that `authority` vouches for. Negative days: it has expired. */
export function signedBy(authority: MadeCertificate, folder: string, name: string, days = 30): MadeCertificate {
  const base = join(folder, `${name}${days}`);
  writeFileSync(`${base}.ext`, `subjectAltName=DNS:${name},IP:127.0.0.1\n`);
  openssl(['req', ...newKey, '-keyout', `${base}.key`, '-out', `${base}.csr`, '-subj', `/CN=${name}`]);
  const signer = ['-CA', authority.file, '-CAkey', authority.file.replace(/\.pem$/, '.key'), '-CAcreateserial'];
  const given = ['-days', String(days), '-extfile', `${base}.ext`, '-out', `${base}.pem`];
  openssl(['x509', '-req', '-in', `${base}.csr`, ...signer, ...given]);
  return { key: readFileSync(`${base}.key`, 'utf8'), cert: readFileSync(`${base}.pem`, 'utf8'), file: `${base}.pem` };
}

function openssl(words: readonly string[]): void {
  execFileSync('openssl', words, { stdio: 'pipe' });
}
