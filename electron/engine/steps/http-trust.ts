import { existsSync, readFileSync } from 'node:fs';
import * as tls from 'node:tls';

/** Where systems keep the certificate authorities they trust, as one PEM file (Go's crypto/x509 looks there too). */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Newer runtimes read the system's own store, on Windows and macOS too. */
interface SystemStore {
  getCACertificates?(type: 'system'): string[];
}

let known: readonly string[] | null = null;

/**
 * The authorities that this computer trusts: the runtime's own list and the system's. Read once; a system without a
 * readable list leaves the runtime's.
 */
export function trustedAuthorities(): readonly string[] {
  known ??= [...new Set([...tls.rootCertificates, ...systemAuthorities()])];
  return known;
}

function systemAuthorities(): readonly string[] {
  try {
    const store = (tls as SystemStore).getCACertificates;
    if (store !== undefined) return store('system');
    const file = bundles.find((path) => existsSync(path));
    return file === undefined ? [] : certificatesIn(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

/** The certificates of a PEM text, each by itself. */
export function certificatesIn(pem: string): readonly string[] {
  return pem.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g) ?? [];
}
