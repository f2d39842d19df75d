/**
 * The checksum of a file in a list such as sha256sum writes ("SUM  name", "SUM *name"), or the only word there is.
 * https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/get_url_module.html (checksum)
 */
export function findChecksum(text: string, file: string): string | undefined {
  const lines = text.split('\n').filter((line, at, all) => line !== '' || at < all.length - 1);
  if (lines.length === 1 && lines[0].trim().split(/\s+/).length === 1) return lines[0].trim();
  for (const line of lines) {
    const at = line.indexOf(' ');
    if (at < 0) continue;
    const name = line
      .slice(at + 1)
      .replace(/^[ *]/, '')
      .replace(/^[./]+/, '');
    if (name.trimEnd() === file) return line.slice(0, at);
  }
  return undefined;
}
