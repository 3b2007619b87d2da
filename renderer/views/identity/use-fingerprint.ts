import { useEffect, useState } from 'react';
import { fromBase64 } from '../../../shared/people/base64.ts';
import { fingerprintText } from '../../../shared/people/fingerprint.ts';

/** The fingerprint (`SHA256:…`) of a raw public key in base64; null until it is computed. */
export function useFingerprint(publicKey: string | null): string | null {
  const [computed, setComputed] = useState<{ readonly of: string; readonly text: string } | null>(null);
  useEffect(() => {
    if (publicKey === null) return;
    let wanted = true;
    void fingerprintOf(publicKey).then((text) => {
      if (wanted && text !== null) setComputed({ of: publicKey, text });
    });
    return () => {
      wanted = false;
    };
  }, [publicKey]);
  // Never another key's fingerprint beside this name, not even for a moment.
  return computed?.of === publicKey ? computed.text : null;
}

async function fingerprintOf(publicKey: string): Promise<string | null> {
  const raw = fromBase64(publicKey.replace(/=+$/, ''), 'base64');
  if (raw === null) return null;
  return fingerprintText(new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(raw))));
}
