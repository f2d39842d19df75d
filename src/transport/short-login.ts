import { createPrivateKey, sign } from 'node:crypto';
import type { Client, ParsedKey } from 'ssh2';

/** Digest of each signature algorithm (RFC 8332, RFC 5656 section 6.2.1, RFC 8709); null: a part of the algorithm. */
const DIGESTS: Readonly<Record<string, string | null>> = {
  'ssh-ed25519': null,
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
};

/**
 * A private key that OpenSSL has read: reading takes ten times as long as signing, and ssh2 would do it for each host.
 * @throws Error when OpenSSL cannot use the key
 */
export function readOnce(key: ParsedKey): ParsedKey {
  const ready = createPrivateKey(key.getPrivatePEM());
  const own = DIGESTS[key.type];
  return Object.assign(key, {
    sign: (data: Buffer, digest?: string) => sign(digest ?? (own === undefined ? 'sha1' : own), data, ready),
  });
}

type Sign = (data: Buffer, done: (signature: Buffer) => void) => void;

/** The part of ssh2 that writes packets; its types leave it out. */
interface Protocol {
  authPK(user: string, key: ParsedKey, algorithm?: string, sign?: Sign): void;
  openssh_hostKeysProve(keys: readonly ParsedKey[]): void;
  ping(): void;
}

/** Leaves out of a login what brings nothing. To be called when the keys have been exchanged, before the login. */
export function shortenLogin(client: Client): void {
  const protocol = (client as unknown as { _protocol: Protocol })._protocol;
  const { authPK } = protocol;
  // To ask first whether the server would take a key (RFC 4252, section 7) spares signatures and costs a round trip. An
  // agent's keys, which may want their owner's consent, are asked for.
  protocol.authPK = (user, key, algorithm = key.type, signed) => {
    const ownKey: Sign = (data, done) => done(key.sign(data, DIGESTS[algorithm] ?? undefined));
    authPK.call(protocol, user, key, algorithm, signed ?? (key.isPrivateKey() ? ownKey : undefined));
  };
  // OpenSSH tells all its host keys, and ssh2 has it prove each with a signature, which nobody asked for here. Some answer
  // there must be: what the server says next waits for our acknowledgement, which without data comes 40 ms later.
  protocol.openssh_hostKeysProve = () => protocol.ping();
}
