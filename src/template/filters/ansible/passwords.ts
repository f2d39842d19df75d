import type { Filter } from '../../contract.ts';
import { defined } from '../../python/operations.ts';
import { hashPassword } from '../../password/hash.ts';
import { Arguments, filterError } from './arguments.ts';

const passwordHash: Filter = (_context, value, args, kwargs) => {
  const signature = ['hashtype?', 'salt?', 'salt_size?', 'rounds?', 'ident?'];
  const bound = new Arguments('get_encrypted_password', signature, args, kwargs);
  const secret = defined(value);
  if (typeof secret !== 'string') throw filterError('secret must be unicode or bytes');
  return hashPassword(secret, bound.text('hashtype', 'sha512'), {
    salt: bound.optional('salt') === undefined ? undefined : bound.text('salt'),
    saltSize: bound.optionalInteger('salt_size'),
    rounds: bound.optionalInteger('rounds'),
  });
};

/** `password_hash`. */
export const passwordFilters: Record<string, Filter> = { password_hash: passwordHash };
