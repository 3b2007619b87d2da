import ssh2 from 'ssh2';

/** An Ed25519 key pair in OpenSSH form. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/**
 * Makes a key pair for one demo. ssh2 1.17 leaves out a leading zero byte of the public key, so that about one pair in
 * 256 can be read by nobody; such a pair is thrown away.
 */
export function makeKeyPair(generate: () => KeyPair = () => ssh2.utils.generateKeyPairSync('ed25519')): KeyPair {
  for (;;) {
    const pair = generate();
    if (isSound(pair.public) && isSound(pair.private)) return pair;
  }
}

function isSound(key: string): boolean {
  try {
    return !(ssh2.utils.parseKey(key) instanceof Error);
  } catch {
    return false;
  }
}
