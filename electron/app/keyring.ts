import { safeStorage } from 'electron';
import type { Vault } from '../engine/identity/vault.ts';

/**
 * The system's keyring (Keychain, DPAPI, Secret Service, KWallet), or null where there is none. On Linux without one
 * Electron would encrypt with a password that everybody knows (`basic_text`); that protects nothing and is not used.
 * To be asked once the app is ready.
 */
export function systemVault(): Vault | null {
  if (!safeStorage.isEncryptionAvailable()) return null;
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return null;
  return {
    seal: (bytes) => safeStorage.encryptString(bytes.toString('base64')).toString('base64'),
    open: (sealed) => Buffer.from(safeStorage.decryptString(Buffer.from(sealed, 'base64')), 'base64'),
  };
}
