import { createHash, getHashes } from 'node:crypto';
import { Buffer } from 'node:buffer';
import type { Filter } from '../../contract.ts';
import { defined } from '../../python/operations.ts';
import { pyStr } from '../../python/print.ts';
import { Arguments, filterError, noArguments } from './arguments.ts';

const UUID_NAMESPACE = '361E6D51-FAEC-444A-9079-341386DA8E2E';

function digest(algorithm: string, text: string): string {
  return createHash(algorithm).update(text, 'utf8').digest('hex');
}

/** Python's hashlib names as OpenSSL knows them. */
function openSslName(name: string): string {
  const lower = name.toLowerCase();
  return lower.startsWith('sha3_')
    ? lower.replace('_', '-')
    : lower.replace('sha512_', 'sha512-').replace('blake2b', 'blake2b512');
}

const hash: Filter = (_context, value, args, kwargs) => {
  const type = new Arguments('get_hash', ['hashtype?'], args, kwargs).text('hashtype', 'sha1');
  const name = openSslName(type);
  if (!getHashes().some((known) => known.toLowerCase() === name)) throw filterError(`unsupported hash type ${type}`);
  return digest(name, pyStr(defined(value)));
};

function fixedHash(filter: string, algorithm: string): Filter {
  return (_context, value, args, kwargs) => {
    noArguments(filter, args, kwargs);
    return digest(algorithm, pyStr(defined(value)));
  };
}

function bufferEncoding(name: string): 'utf8' | 'utf16le' | 'latin1' {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, '');
  if (plain === 'utf8' || plain === 'ascii' || plain === 'usascii') return 'utf8';
  if (plain === 'utf16le') return 'utf16le';
  if (plain === 'latin1' || plain === 'iso88591') return 'latin1';
  throw filterError(`unknown encoding: ${name}`, 'Use utf-8, utf-16-le, latin-1 or ascii');
}

const b64encode: Filter = (_context, value, args, kwargs) => {
  const encoding = new Arguments('b64encode', ['encoding?'], args, kwargs).text('encoding', 'utf-8');
  return Buffer.from(pyStr(defined(value)), bufferEncoding(encoding)).toString('base64');
};

const b64decode: Filter = (_context, value, args, kwargs) => {
  const encoding = new Arguments('b64decode', ['encoding?'], args, kwargs).text('encoding', 'utf-8');
  // Python drops what is not of the alphabet, then wants whole groups of four.
  const text = pyStr(defined(value)).replace(/[^A-Za-z0-9+/=]/g, '');
  const padding = /^([^=]*)(={0,2})/.exec(text) as RegExpExecArray;
  if ((padding[1].length + padding[2].length) % 4 !== 0 || padding[1].length % 4 === 1) {
    throw filterError('Incorrect padding', 'Give b64decode complete base64 text');
  }
  return Buffer.from(text, 'base64').toString(bufferEncoding(encoding));
};

function uuidBytes(text: string): Buffer {
  const hex = text.replace(/^urn:uuid:/, '').replaceAll(/[{}-]/g, '');
  if (!/^[0-9a-fA-F]{32}$/.test(hex)) {
    throw filterError(`Invalid value '${text}' for 'namespace': badly formed hexadecimal UUID string`);
  }
  return Buffer.from(hex, 'hex');
}

/** A name-based UUID, version 5 (RFC 4122, 4.3). */
const toUuid: Filter = (_context, value, args, kwargs) => {
  const namespace = new Arguments('to_uuid', ['namespace?'], args, kwargs).text('namespace', UUID_NAMESPACE);
  const bytes = createHash('sha1')
    .update(uuidBytes(namespace))
    .update(pyStr(defined(value)), 'utf8')
    .digest();
  bytes[6] = (bytes[6] & 0x0f) | 0x50;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex', 0, 16);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/** Checksums and encodings. */
export const hashFilters: Record<string, Filter> = {
  hash,
  md5: fixedHash('md5s', 'md5'),
  sha1: fixedHash('secure_hash_s', 'sha1'),
  checksum: fixedHash('secure_hash_s', 'sha1'),
  b64encode,
  b64decode,
  to_uuid: toUuid,
};
