import 'reflect-metadata';
import { createHash, randomBytes } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';

/** The certificate of one mirror. Nobody vouches for it: guests know its hash from their invitation. */
export interface MirrorCertificate {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
  /** SHA-256 (hex) of the DER bytes. */
  readonly sha256: string;
}

const hour = 3_600_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A fresh key (ECDSA P-256) with a certificate for seven days; from an hour ago, for clocks that are a little apart. */
export async function makeCertificate(now: Date): Promise<MirrorCertificate> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    name: 'CN=Countersign',
    notBefore: new Date(now.getTime() - hour),
    notAfter: new Date(now.getTime() + 7 * 24 * hour),
    signingAlgorithm: algorithm,
    keys,
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const lines = pkcs8.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
    cert: made.toString('pem'),
    sha256: createHash('sha256').update(Buffer.from(made.rawData)).digest('hex'),
  };
}
