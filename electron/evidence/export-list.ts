import { type ExportList, exportStatementHash, type UnsignedExportList } from '../../shared/journal/export-list.ts';
import { sha256Text } from '../engine/journal/digest.ts';
import type { Identity } from '../engine/ports.ts';

/** Signs the list of what is exported beside a run's trail; without an own key (null) it stays unsigned, and says so. */
export function signExportList(list: UnsignedExportList, identity: Identity | null): ExportList {
  if (identity === null) return { ...list, signer: null };
  const { name, publicKey } = identity.person;
  return {
    ...list,
    signer: { name, publicKey, signature: identity.sign(exportStatementHash(list, { name, publicKey }, sha256Text)) },
  };
}
