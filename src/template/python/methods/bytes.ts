import { Opaque, type Value } from '../../../base/value.ts';
import { typeError } from '../../errors.ts';
import { pyStr } from '../print.ts';
import { BoundMethod } from './method.ts';

/** Python's `bytes`, as far as templates need it: what `str.encode` gives. */
class PyBytes extends Opaque {
  readonly pyType = 'bytes';
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
  }

  get length(): number {
    return this.bytes.length;
  }

  iterate(): Iterable<Value> {
    return this.bytes;
  }

  equals(other: Value): boolean {
    return other instanceof PyBytes && Buffer.compare(this.bytes, other.bytes) === 0;
  }

  override getAttr(name: string): Value | undefined {
    if (name === 'hex') return new BoundMethod(name, () => Buffer.from(this.bytes).toString('hex'));
    if (name === 'decode') return new BoundMethod(name, () => new TextDecoder().decode(this.bytes));
    return undefined;
  }

  /** Ansible turns bytes into text where it prints them. */
  pyStr(): string {
    return new TextDecoder().decode(this.bytes);
  }

  pyRepr(): string {
    const text = Array.from(this.bytes, (byte) => {
      if (byte === 0x5c) return '\\\\';
      if (byte === 0x27) return "\\'";
      return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
    });
    return `b'${text.join('')}'`;
  }
}

/** `str.encode(encoding)`. @throws ToaError E_TEMPLATE_TYPE */
export function encode(text: string, encoding: Value | undefined): PyBytes {
  const name = encoding === undefined ? 'utf-8' : pyStr(encoding).toLowerCase().replaceAll('_', '-');
  if (name === 'utf-8' || name === 'utf8') return new PyBytes(new TextEncoder().encode(text));
  if (name === 'ascii' || name === 'us-ascii') return new PyBytes(Buffer.from(text, 'ascii'));
  if (name === 'latin-1' || name === 'latin1' || name === 'iso-8859-1') return new PyBytes(Buffer.from(text, 'latin1'));
  if (name === 'utf-16-le' || name === 'utf-16le') return new PyBytes(Buffer.from(text, 'utf16le'));
  throw typeError(`unknown encoding: ${name}`, 'utf-8, ascii, latin-1 and utf-16-le are known');
}
