import { describe, expect, it } from 'vitest';
import { aliveOptions, keyExchange } from '../../src/transport/openssh-options.ts';

const PLAIN =
  'host h\nkexalgorithms sntrup761x25519-sha512,curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256\n';

describe('key exchanges that ssh is asked for', () => {
  it('are its own with curve25519 first, none lost', () => {
    const wanted = 'curve25519-sha256,curve25519-sha256@libssh.org,sntrup761x25519-sha512,ecdh-sha2-nistp256';
    expect(keyExchange(PLAIN, PLAIN)).toEqual(['-o', `KexAlgorithms=${wanted}`]);
  });

  it.each([
    ['the user chose others', 'kexalgorithms sntrup761x25519-sha512\n', PLAIN],
    [
      'the user has another order',
      PLAIN.replace('curve25519-sha256,', '').replace('\n', ',curve25519-sha256\n'),
      PLAIN,
    ],
    ['ssh says nothing', '', PLAIN],
    ['it is not known what ssh does by itself', PLAIN, ''],
    ['this ssh does not know it', 'kexalgorithms a,b\n', 'kexalgorithms a,b\n'],
    ['it is the first already', 'kexalgorithms curve25519-sha256,a\n', 'kexalgorithms curve25519-sha256,a\n'],
  ])('are left alone where %s', (_, said, unconfigured) => {
    expect(keyExchange(said, unconfigured)).toEqual([]);
  });
});

describe('keepalives', () => {
  it.each([
    ['', ['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3']],
    ['serveraliveinterval 0\nserveralivecountmax 3\n', ['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3']],
    ['serveraliveinterval 0\nserveralivecountmax 9\n', ['-o', 'ServerAliveInterval=15']],
    ['serveraliveinterval 60\n', []],
  ])('where ssh would do %j', (said, added) => {
    expect(aliveOptions(said)).toEqual(added);
  });
});
