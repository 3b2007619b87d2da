import type { Failure } from '../errors.ts';

/** One host on the preflight screen. */
export interface PreflightHost {
  readonly name: string;
  readonly status: 'idle' | 'connecting' | 'connected' | 'failed';
  readonly address: string | null;
  readonly user: string | null;
  readonly keyType: string | null;
  readonly fingerprint: string | null;
  readonly via: readonly string[];
  readonly latencyMs: number | null;
  readonly failure: Failure | null;
}

/** A question to the person at this computer, from connecting until the run is over. */
export interface PromptView {
  readonly id: number;
  readonly kind: 'password' | 'passphrase' | 'keyboard-interactive' | 'sudo' | 'secret' | 'host-key';
  readonly host: string | null;
  readonly params: Readonly<Record<string, string>>;
  readonly fields: readonly { readonly label: string; readonly secret: boolean }[];
}
