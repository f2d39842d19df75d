// An initramfs in memory: the newc format of the kernel's Documentation/driver-api/early-userspace/buffer-format.rst.
import { gzipSync } from 'node:zlib';

function entry(name, mode, data, inode) {
  const path = Buffer.from(`${name}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, path.length, 0];
  const head = Buffer.from(
    `070701${fields.map((field) => field.toString(16).padStart(8, '0').toUpperCase()).join('')}`,
  );
  const pad = (length) => Buffer.alloc(-length & 3);
  return Buffer.concat([head, path, pad(head.length + path.length), data, pad(data.length)]);
}

/** @param {Record<string, {mode: number, data?: Buffer|string}>} files by path; folders are made */
export function makeInitramfs(files) {
  const pieces = [];
  const made = new Set();
  let inode = 1;
  const add = (name, mode, data) => pieces.push(entry(name, mode, Buffer.from(data ?? ''), ++inode));
  for (const [name, { mode, data }] of Object.entries(files)) {
    const folders = name.split('/').slice(0, -1);
    folders.forEach((_, i) => {
      const folder = folders.slice(0, i + 1).join('/');
      if (!made.has(folder)) add(folder, 0o40755);
      made.add(folder);
    });
    add(name, mode, data);
    made.add(name);
  }
  pieces.push(entry('TRAILER!!!', 0, Buffer.alloc(0), 0));
  return gzipSync(Buffer.concat(pieces), { level: 1 });
}
