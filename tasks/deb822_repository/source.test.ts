import { expect, it } from 'vitest';
import { stanza } from './source.ts';

it('leaves out what is not given, folds texts of several lines', () => {
  const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n';
  const text = stanza([
    ['Components', []],
    ['Enabled', false],
    ['Signed-By', key],
    ['Suites', ['a', 'b']],
    ['Trusted', undefined],
    ['URIs', 'http://x/'],
  ]);
  expect(text).toBe(
    'Enabled: no\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----\nSuites: a b\nURIs: http://x/\n',
  );
});
