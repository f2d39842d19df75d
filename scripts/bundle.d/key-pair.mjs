/**
 * A new Ed25519 key pair in OpenSSH's form. ssh2's maker now and then writes a private key that its own reader refuses
 * ("Malformed OpenSSH private key"): such a pair is thrown away.
 */
export function keyPair({ generateKeyPairSync, parseKey }) {
  for (let attempt = 1; ; attempt++) {
    const pair = generateKeyPairSync('ed25519');
    const read = parseKey(pair.private);
    if (!(read instanceof Error)) return pair;
    if (attempt === 10) throw read;
  }
}
