import { parseHostJson } from '../../src/base/host-text.ts';
import { parseHeaders } from '../shared/http.ts';
import { OUTPUT_MARK } from '../shared/remote.ts';

/** Subtypes of a content type that hold JSON, as Ansible's uri takes them. */
const JSON_TYPES = new Set(['json', 'x-json', 'javascript', 'x-javascript', 'text/javascript', 'x-json']);

function isJson(contentType: string): boolean {
  const subtype = contentType.split(';')[0].trim().toLowerCase().split('/')[1] ?? '';
  return JSON_TYPES.has(subtype) || JSON_TYPES.has(subtype.split('+')[1] ?? '');
}

function decode(bytes: Uint8Array, contentType: string): string {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function cookiesOf(header: string | undefined): Record<string, string> {
  const cookies = (header ?? '').split(/,(?=\s*[^;,\s]+=)/).map((text) => text.trim().split(';')[0]);
  return Object.fromEntries(
    cookies
      .filter((text) => text.includes('='))
      .map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  );
}

/** Headers as result keys (`-` becomes `_`), `json` where the answer is JSON, cookies, and the body as text. */
export function readBody(stdout: Uint8Array): { fields: Record<string, unknown>; content: string } {
  const bytes = Buffer.from(stdout);
  const at = bytes.indexOf(OUTPUT_MARK);
  const rest = at < 0 ? Buffer.alloc(0) : bytes.subarray(at + OUTPUT_MARK.length);
  const lineEnd = rest.indexOf(10);
  const headLength = Number(rest.subarray(0, Math.max(lineEnd, 0)).toString()) || 0;
  const headers = parseHeaders(rest.subarray(lineEnd + 1, lineEnd + 1 + headLength).toString());
  const content = decode(rest.subarray(lineEnd + 1 + headLength), headers['content-type'] ?? '');
  const fields: Record<string, unknown> = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replaceAll('-', '_'), value]),
  );
  const cookies = cookiesOf(headers['set-cookie']);
  fields['cookies'] = cookies;
  fields['cookies_string'] = Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
  if (isJson(headers['content-type'] ?? '')) {
    try {
      fields['json'] = parseHostJson(content);
    } catch {
      // a wrong content type: there is no `json` then, as with Ansible
    }
  }
  return { fields, content };
}
