/** The bytes as a string that a shell can hold: UTF-8 without NUL, which gives exactly these bytes again; else undefined. */
export function exactText(data: Uint8Array): string | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const text = bytes.toString('utf8');
  return !bytes.includes(0) && Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}
