import { assertNever } from '../assert-never.ts';
import type { Identity } from './actions/process.ts';
import type { StepText } from './kind.ts';

/** Which process is meant, in words. */
export function describeIdentity(identity: Identity, words: StepText): string {
  switch (identity.by) {
    case 'pattern':
      return words('identity-pattern', { pattern: identity.pattern });
    case 'pid-file':
      return identity.pattern === null
        ? words('identity-pid-file', { file: identity.path })
        : words('identity-pid-file-pattern', { file: identity.path, pattern: identity.pattern });
    case 'port':
      return words('identity-port', { port: identity.port });
    case 'systemd':
      return words('identity-systemd', { unit: identity.unit });
    case 'supervisor':
      return words('identity-supervisor', { program: identity.program });
    default:
      return assertNever(identity);
  }
}
