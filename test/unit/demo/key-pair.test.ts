import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { makeKeyPair } from '../../../electron/demo/key-pair.ts';

/** What ssh2 makes of a public key that begins with a zero byte. */
const cut = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAH/IyRHBto2DfU9isk5w9v2OEEto2x2gFOBQqlv3M0KI=';

test('a pair that nobody can read is thrown away', () => {
  const sound = makeKeyPair();
  const made = [{ private: sound.private, public: cut }, { private: 'nothing', public: sound.public }, sound];
  expect(makeKeyPair(() => made.shift() ?? sound)).toBe(sound);
  expect(made).toEqual([]);
  expect(ssh2.utils.parseKey(sound.public)).not.toBeInstanceOf(Error);
});
