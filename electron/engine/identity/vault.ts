/** The system's own keyring, where it has one worth the name. Both throw where the keyring does not do it. */
export interface Vault {
  /** What `bytes` become under the keyring, as text for a file. */
  seal(bytes: Buffer): string;
  open(sealed: string): Buffer;
}
