import { ToaError } from '../../base/errors.ts';

/** A vault text taken apart: `$ANSIBLE_VAULT;1.2;AES256;label` and the payload below it. */
export interface Envelope {
  /** The vault id it was written with; only version 1.2 has one. */
  readonly vaultId?: string;
  readonly salt: Buffer;
  readonly hmac: Buffer;
  readonly ciphertext: Buffer;
}

const HEADER = '$ANSIBLE_VAULT';
const LINE = 80;

function damaged(label: string, why: string): ToaError {
  return new ToaError('E_VAULT_FORMAT', `${label} is not a readable vault text: ${why}`, {
    remedy: 'restore it from a copy, or encrypt it anew with toa-play vault',
  });
}

function fromHex(text: string, label: string): Buffer {
  if (text.length % 2 === 1 || !/^[0-9a-fA-F]*$/.test(text))
    throw damaged(label, 'it holds something other than hex digits');
  return Buffer.from(text, 'hex');
}

/** Whether data starts with Ansible's vault header. */
export function isVaultData(data: Uint8Array | string): boolean {
  if (typeof data === 'string') return data.trimStart().startsWith(HEADER);
  return Buffer.from(data.subarray(0, HEADER.length)).toString('latin1') === HEADER;
}

/**
 * Takes a vault text apart (https://docs.ansible.com/ansible/latest/vault_guide/vault_using_encrypted_content.html,
 * "Format of files encrypted with Ansible Vault").
 * @param label what it is, for messages
 * @throws ToaError E_VAULT_FORMAT
 */
export function parseEnvelope(data: Uint8Array | string, label: string): Envelope {
  const text = typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const [magic, version, cipher, vaultId] = header.trim().split(';');
  if (magic !== HEADER) throw damaged(label, 'its header is missing');
  if (version !== '1.1' && version !== '1.2') throw damaged(label, `its version ${version} is not supported`);
  if (cipher !== 'AES256') throw damaged(label, `its cipher ${cipher} is not supported`);
  const body = fromHex(lines.map((line) => line.trim()).join(''), label).toString('latin1');
  const [salt, hmac, ciphertext] = body.split('\n');
  if (!salt || !hmac || !ciphertext) throw damaged(label, 'it is cut off');
  return {
    ...(version === '1.2' && vaultId ? { vaultId } : {}),
    salt: fromHex(salt, label),
    hmac: fromHex(hmac, label),
    ciphertext: fromHex(ciphertext, label),
  };
}

/** Writes a vault text: version 1.2 with a vault id other than `default`, else 1.1; lines of 80 characters. */
export function formatEnvelope({ vaultId, salt, hmac, ciphertext }: Envelope): string {
  const hasId = vaultId !== undefined && vaultId !== 'default';
  const header = hasId ? `${HEADER};1.2;AES256;${vaultId}` : `${HEADER};1.1;AES256`;
  const body = Buffer.from([salt, hmac, ciphertext].map((part) => part.toString('hex')).join('\n')).toString('hex');
  const lines = body.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return [header, ...lines, ''].join('\n');
}
