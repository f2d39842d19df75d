import { X509Certificate, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { ToaError } from '../../src/base/errors.ts';

/** DER: tag, length, value. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  if (value.length < 128) return Buffer.concat([Buffer.from([tag, value.length]), value]);
  const hex = value.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, value]);
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const NULL = Buffer.from([5, 0]);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

const DATA = oid('2a864886f70d010701');
const SIGNED_DATA = oid('2a864886f70d010702');
const RSA = oid('2a864886f70d010101');
/** By CONFIG_MODULE_SIG_HASH: the digest's identifier, and that of ECDSA with it. */
const HASHES: Readonly<Record<string, { digest: Buffer; ecdsa: Buffer }>> = {
  sha256: { digest: oid('608648016503040201'), ecdsa: oid('2a8648ce3d040302') },
  sha384: { digest: oid('608648016503040202'), ecdsa: oid('2a8648ce3d040303') },
  sha512: { digest: oid('608648016503040203'), ecdsa: oid('2a8648ce3d040304') },
};
const MARK = '~Module signature appended~\n';
const PKEY_ID_PKCS7 = 2;

/** One element of DER at an offset: where it ends, and where its value begins. */
function element(data: Buffer, at: number): { begin: number; end: number } {
  const first = data[at + 1];
  const bytes = first & 0x80 ? first & 0x7f : 0;
  const length = bytes === 0 ? first : data.readUIntBE(at + 2, bytes);
  const begin = at + 2 + bytes;
  return { begin, end: begin + length };
}

/** Issuer and serial number as they stand in the certificate (RFC 5280, 4.1): what the kernel finds its key by. */
function issuerAndSerial(certificate: X509Certificate): Buffer {
  const { raw } = certificate;
  let at = element(raw, element(raw, 0).begin).begin;
  if (raw[at] === 0xa0) ({ end: at } = element(raw, at));
  const serial = element(raw, at);
  const algorithm = element(raw, serial.end);
  const issuer = element(raw, algorithm.end);
  return der(SEQUENCE, raw.subarray(algorithm.end, issuer.end), raw.subarray(at, serial.end));
}

function signatureAlgorithm(key: KeyObject, ecdsa: Buffer): Buffer {
  if (key.asymmetricKeyType === 'rsa') return der(SEQUENCE, RSA, NULL);
  if (key.asymmetricKeyType === 'ec') return der(SEQUENCE, ecdsa);
  throw new ToaError('E_KMOD_SIGN', `no kernel checks signatures of ${String(key.asymmetricKeyType)} keys`, {
    remedy: 'use an RSA key, as the kernel of the hosts trusts',
  });
}

function readKey(key: Uint8Array, certificate: Uint8Array): { secret: KeyObject; public: X509Certificate } {
  try {
    const pair = { secret: createPrivateKey(Buffer.from(key)), public: new X509Certificate(certificate) };
    if (pair.public.checkPrivateKey(pair.secret)) return pair;
  } catch (error) {
    throw new ToaError('E_KMOD_SIGN', `sign_key or sign_cert cannot be read: ${(error as Error).message}`, {
      remedy:
        'give a private key in PEM (vault-encrypted at will, without a passphrase of its own) and its certificate',
    });
  }
  throw new ToaError('E_KMOD_SIGN', 'sign_cert is not the certificate of sign_key', {
    remedy: 'give the two that belong together',
  });
}

/**
 * Signs a module as the kernel's scripts/sign-file does: a detached PKCS #7 signature without attributes or certificates,
 * and its length, after the module. The key stays here.
 * @param hash CONFIG_MODULE_SIG_HASH of the kernel; what is no SHA-2 of at least 256 bits is taken as sha256
 * @throws ToaError E_KMOD_SIGN for a key and a certificate that do not fit
 */
export function signModule(module: Uint8Array, key: Uint8Array, certificate: Uint8Array, hash: string): Buffer {
  const name = Object.hasOwn(HASHES, hash) ? hash : 'sha256';
  const { digest, ecdsa } = HASHES[name];
  const pair = readKey(key, certificate);
  const algorithm = der(SEQUENCE, digest);
  const signer = der(
    SEQUENCE,
    der(INTEGER, Buffer.from([1])),
    issuerAndSerial(pair.public),
    algorithm,
    signatureAlgorithm(pair.secret, ecdsa),
    der(0x04, sign(name, module, pair.secret)),
  );
  const signed = der(
    SEQUENCE,
    der(INTEGER, Buffer.from([1])),
    der(SET, algorithm),
    der(SEQUENCE, DATA),
    der(SET, signer),
  );
  const message = der(SEQUENCE, SIGNED_DATA, der(0xa0, signed));
  const info = Buffer.alloc(12);
  info[2] = PKEY_ID_PKCS7;
  info.writeUInt32BE(message.length, 8);
  return Buffer.concat([module, message, info, Buffer.from(MARK)]);
}
