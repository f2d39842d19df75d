import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { elfModule } from '../../test/support/elf-module.ts';
import { useScratch } from '../../test/support/scratch.ts';
import { signModule } from './sign.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

describe('a signature of the controller', () => {
  const at = useScratch();
  const module = elfModule({ release: '6.1.0-57-amd64' });

  const pair = (name: string, ...kind: string[]): [Buffer, Buffer] => {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.crt`)];
    runProgram('openssl', [
      'req',
      '-new',
      '-x509',
      '-newkey',
      ...kind,
      '-nodes',
      '-subj',
      '/O=x/CN=toa test',
      ...files,
    ]);
    return [readFileSync(at(`${name}.key`)), readFileSync(at(`${name}.crt`))];
  };
  /** Splits as the kernel does (kernel/module_signature.c) and lets OpenSSL check the PKCS #7. */
  const verify = (signed: Buffer, certificate: string): void => {
    const mark = '~Module signature appended~\n';
    expect(signed.subarray(-mark.length).toString('latin1')).toBe(mark);
    const info = signed.subarray(-mark.length - 12, -mark.length);
    expect([...info.subarray(0, 8)]).toEqual([0, 0, 2, 0, 0, 0, 0, 0]);
    const end = signed.length - mark.length - 12;
    const begin = end - info.readUInt32BE(8);
    expect(signed.subarray(0, begin).equals(module)).toBe(true);
    writeFileSync(at('p7'), signed.subarray(begin, end));
    writeFileSync(at('content'), signed.subarray(0, begin));
    const given = ['-in', at('p7'), '-content', at('content'), '-certfile', certificate, '-CAfile', certificate];
    runProgram('openssl', [
      'cms',
      '-verify',
      '-binary',
      '-inform',
      'DER',
      ...given,
      '-purpose',
      'any',
      '-out',
      '/dev/null',
    ]);
  };

  it.each(['sha256', 'sha512', 'sha1', '../x'])('holds, whatever the builder says of the hash: %s', (hash) => {
    const [key, certificate] = pair('rsa', 'rsa:2048');
    verify(signModule(module, key, certificate, hash), at('rsa.crt'));
  });

  it('holds with an elliptic key', () => {
    const [key, certificate] = pair('ec', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256');
    verify(signModule(module, key, certificate, 'sha256'), at('ec.crt'));
  });

  it('is not made with a certificate of another key, or with what is no key', () => {
    const [key, certificate] = pair('one', 'rsa:2048');
    const [other] = pair('two', 'rsa:2048');
    expect(() => signModule(module, other, certificate, 'sha256')).toThrow('not the certificate');
    expect(() => signModule(module, Buffer.from('x'), certificate, 'sha256')).toThrow('cannot be read');
    expect(() => signModule(module, key, Buffer.from('x'), 'sha256')).toThrow('cannot be read');
  });
});
