import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ToaError } from '../../../src/base/errors.ts';
import type { Dict, VaultText } from '../../../src/base/value.ts';
import {
  createVault,
  decryptVault,
  encryptString,
  encryptVault,
  loadVaultSecrets,
  rekey,
  splitVaultId,
  type VaultSecret,
} from '../../../src/play/vault/index.ts';
import { parseYaml } from '../../../src/play/yaml/index.ts';
import { memorySources } from '../playbook/world.ts';

/* fixtures/ was made with ansible-vault 2.14; the password is hunter2. */
const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const secret: VaultSecret = { id: 'default', password: Buffer.from('hunter2') };
const wrong: VaultSecret = { id: 'default', password: Buffer.from('hunter3') };
const PLAIN = 'a: "söcret"\nb: 2\n';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ToaError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('reading what ansible-vault wrote', () => {
  it('reads 1.1 and 1.2', () => {
    const vault = createVault([secret]);
    expect(vault.isVault(fixture('v1.1.yml'))).toBe(true);
    expect(Buffer.from(vault.decrypt(fixture('v1.1.yml'), 'f')).toString()).toBe(PLAIN);
    expect(decryptVault(fixture('v1.2-prod.yml'), [secret], 'f').vaultId).toBe('prod');
  });

  it('reads an inline value', () => {
    const value = (parseYaml(fixture('inline.yml').toString(), 'f').value as Dict).get('x') as VaultText;
    expect(Buffer.from(createVault([secret]).decrypt(value.ciphertext, 'x')).toString()).toBe('in line');
  });

  it('reads another file with its own password', () => {
    const other = { id: 'default', password: Buffer.from('hunter2-toa') };
    expect(Buffer.from(decryptVault(fixture('secret.txt'), [other], 'f').plain).toString()).toBe('file body secret\n');
  });

  it('tries all secrets, those of the same vault id first', () => {
    const prod = { ...secret, id: 'prod' };
    expect(decryptVault(fixture('v1.2-prod.yml'), [wrong, secret, prod], 'f').secret).toBe(prod);
    expect(decryptVault(fixture('v1.1.yml'), [wrong, secret], 'f').secret).toBe(secret);
  });

  it('says what is wrong', () => {
    const text = fixture('v1.1.yml').toString();
    expect(codeOf(() => decryptVault(text, [], 'f'))).toBe('E_VAULT_NO_SECRET');
    expect(codeOf(() => decryptVault(text, [wrong], 'f'))).toBe('E_VAULT_SECRET');
    expect(codeOf(() => decryptVault(text.slice(0, 200), [secret], 'f'))).toBe('E_VAULT_FORMAT');
    expect(codeOf(() => decryptVault(text.replace('3', 'x'), [secret], 'f'))).toBe('E_VAULT_FORMAT');
    expect(codeOf(() => decryptVault('$ANSIBLE_VAULT;9.9;AES256\n00', [secret], 'f'))).toBe('E_VAULT_FORMAT');
    expect(createVault([]).isVault('plain text')).toBe(false);
  });
});

describe('writing', () => {
  it('gives the known text for a known salt', () => {
    const text = encryptVault('x', secret, { salt: Buffer.alloc(32, 1) });
    expect(text.split('\n')[0]).toBe('$ANSIBLE_VAULT;1.1;AES256');
    expect(
      text
        .split('\n')
        .slice(1, -1)
        .every((line) => line.length <= 80),
    ).toBe(true);
    expect(Buffer.from(decryptVault(text, [secret], 'f').plain).toString()).toBe('x');
  });

  it('labels, rekeys and writes inline values', () => {
    const next = { id: 'new', password: Buffer.from('other') };
    const text = rekey(fixture('v1.1.yml'), [secret], next, 'f');
    expect(text.split('\n')[0]).toBe('$ANSIBLE_VAULT;1.2;AES256;new');
    expect(codeOf(() => decryptVault(text, [secret], 'f'))).toBe('E_VAULT_SECRET');
    const line = encryptString('in line', secret, 'x');
    expect(line).toMatch(/^x: !vault \|\n {10}\$ANSIBLE_VAULT;1\.1;AES256\n {10}[0-9a-f]{80}\n/);
    const value = (parseYaml(line, 'f').value as Dict).get('x') as VaultText;
    expect(Buffer.from(decryptVault(value.ciphertext, [secret], 'x').plain).toString()).toBe('in line');
  });
});

describe('secrets', () => {
  const files = {
    '/p/pw': ' hunter2\n',
    '/p/empty': '\n',
    '/p/get-client.sh': '',
    '/p/locked': fixture('v1.1.yml').toString(),
  };
  const sources = {
    ...memorySources(files),
    kind: (path: string) =>
      (path.endsWith('.sh') ? 'executable' : path in files ? 'file' : undefined) as 'file' | 'executable' | undefined,
    run: (command: string, args: readonly string[]) => ({
      rc: 0,
      stdout: `${command} ${args.join(' ')}\n`,
      stderr: '',
    }),
    prompt: async (question: string) => `answer to ${question}`,
  };
  const none = { vaultIds: [], passwordFiles: [], askPassword: false, folder: '/p' };
  const shown = async (options: object): Promise<[string, string][]> =>
    (await loadVaultSecrets(sources, { ...none, ...options })).map(({ id, password }) => [
      id,
      Buffer.from(password).toString(),
    ]);

  it('come from ids, files, scripts and the terminal, in this order', async () => {
    expect(splitVaultId('dev@~/x@y')).toEqual({ id: 'dev', source: '~/x@y' });
    expect(
      await shown({
        vaultIds: ['dev@pw', 'ops@get-client.sh', 'q@prompt'],
        passwordFiles: ['/p/pw'],
        askPassword: true,
      }),
    ).toEqual([
      ['dev', 'hunter2'],
      ['ops', '/p/get-client.sh --vault-id ops'],
      ['q', 'answer to Vault password (q):'],
      ['default', 'hunter2'],
      ['default', 'answer to Vault password:'],
    ]);
  });

  it('may be vault files themselves', async () => {
    expect((await shown({ passwordFiles: ['pw', 'locked'] }))[1]).toEqual(['default', PLAIN.trim()]);
  });

  it('fail clearly', async () => {
    await expect(shown({ passwordFiles: ['nope'] })).rejects.toThrow('The vault password file /p/nope was not found');
    await expect(shown({ passwordFiles: ['empty'] })).rejects.toMatchObject({ code: 'E_VAULT_EMPTY' });
    const silent = { ...sources, prompt: async () => undefined };
    await expect(loadVaultSecrets(silent, { ...none, askPassword: true })).rejects.toMatchObject({
      code: 'E_VAULT_NO_TERMINAL',
    });
    const failing = { ...sources, run: () => ({ rc: 3, stdout: '', stderr: 'no' }) };
    await expect(loadVaultSecrets(failing, { ...none, vaultIds: ['a@get-client.sh'] })).rejects.toMatchObject({
      code: 'E_VAULT_SCRIPT',
    });
  });
});
