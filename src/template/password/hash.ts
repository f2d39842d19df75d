import { randomInt } from 'node:crypto';
import { ToaError } from '../../base/errors.ts';
import { CRYPT_ALPHABET, md5Crypt, sha256Crypt, sha512Crypt } from './unix-crypt.ts';

interface Scheme {
  readonly saltSize: number;
  /** Ansible's default; undefined where rounds are fixed. */
  readonly rounds: number | undefined;
  readonly hash: (password: string, salt: string, rounds: number) => string;
}

const SCHEMES: Record<string, Scheme> = {
  md5_crypt: { saltSize: 8, rounds: undefined, hash: md5Crypt },
  sha256_crypt: { saltSize: 16, rounds: 535_000, hash: sha256Crypt },
  sha512_crypt: { saltSize: 16, rounds: 656_000, hash: sha512Crypt },
};
const SHORT_NAMES: Record<string, string> = { md5: 'md5_crypt', sha256: 'sha256_crypt', sha512: 'sha512_crypt' };
const MIN_ROUNDS = 1000;
const MAX_ROUNDS = 999_999_999;

export interface PasswordHashOptions {
  readonly salt?: string;
  readonly saltSize?: number;
  readonly rounds?: number;
}

function passwordError(message: string, remedy?: string): ToaError {
  return new ToaError('E_PASSWORD_HASH', message, remedy === undefined ? {} : { remedy });
}

function schemeOf(name: string): Scheme {
  const scheme = SCHEMES[SHORT_NAMES[name] ?? name];
  if (scheme) return scheme;
  throw passwordError(
    `passlib does not support '${name}' algorithm`,
    `Use one of ${[...Object.keys(SHORT_NAMES), ...Object.keys(SCHEMES)].join(', ')}`,
  );
}

/** `length` characters of the alphabet, from the system's secure generator. */
export function secureText(alphabet: string, length: number): string {
  const characters = [...alphabet];
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
}

/** A new salt for the algorithm, of the length Ansible takes; 8 for one that is not known. */
export function newSalt(algorithm: string): string {
  return secureText(CRYPT_ALPHABET, SCHEMES[SHORT_NAMES[algorithm] ?? algorithm]?.saltSize ?? 8);
}

/** Hashes are slow on purpose: the same question, asked for every host, is answered once. */
const known = new Map<string, string>();
const KNOWN_SIZE = 200;

/**
 * Hashes a password for /etc/shadow, with Ansible's defaults (656000 rounds for sha512, 535000 for sha256).
 * @param algorithm `sha512`, `sha256`, `md5` or passlib's names `sha512_crypt`...
 * @throws ToaError E_PASSWORD_HASH for an unknown algorithm, a bad salt or bad rounds
 */
export function hashPassword(password: string, algorithm: string, options: PasswordHashOptions = {}): string {
  const scheme = schemeOf(algorithm);
  const salt = options.salt || secureText(CRYPT_ALPHABET, options.saltSize || scheme.saltSize);
  const rounds = options.rounds || (scheme.rounds ?? MIN_ROUNDS);
  const saltFits = salt.length <= scheme.saltSize && /^[./0-9A-Za-z]*$/.test(salt);
  if (!saltFits || rounds < MIN_ROUNDS || rounds > MAX_ROUNDS || password.includes('\0')) {
    const wants = `a salt of at most ${scheme.saltSize} characters of ./0-9A-Za-z and at least ${MIN_ROUNDS} rounds`;
    throw passwordError('Could not hash the secret.', `${algorithm} wants ${wants}`);
  }
  if (scheme.rounds === undefined && options.rounds) throw passwordError('rounds cannot be chosen for md5_crypt');
  const key = JSON.stringify([password, algorithm, salt, rounds]);
  const answer = known.get(key) ?? scheme.hash(password, salt, rounds);
  if (known.size >= KNOWN_SIZE) known.clear();
  known.set(key, answer);
  return answer;
}
