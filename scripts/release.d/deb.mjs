import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runProgram } from '../lib/programs.mjs';

const PAGES = ['toa-bpf.8', 'toa-probe.8'];

/** Where each shell looks for completions. */
const COMPLETIONS = {
  bash: 'usr/share/bash-completion/completions/toa-play',
  zsh: 'usr/share/zsh/vendor-completions/_toa-play',
  fish: 'usr/share/fish/vendor_completions.d/toa-play.fish',
};

function control({ version, arch, kibibytes }) {
  return `Package: toa-play
Version: ${version}
Architecture: ${arch}
Maintainer: toa-play <toa-play@localhost>
Installed-Size: ${kibibytes}
Depends: libc6 (>= 2.28), libstdc++6
Recommends: openssh-client
Section: admin
Priority: optional
Description: show every server behind a layer-4 balancer its client's address
 A task runner that reads Ansible's playbooks and inventories and needs only
 /bin/sh on the servers. It installs and proves receivers of the TCP option
 that carries the client's address (TOA).
`;
}

/**
 * A Debian package of the one-file program, by Debian's own dpkg-deb: same bytes for the same files and time.
 * @param {{root: string, program: string, license: string, completion: (shell: string) => string, arch: string,
 *   version: string, epoch: string, path: string}} parts `epoch`: seconds, the time of all files in it
 */
export function writeDeb({ root, program, license, completion, arch, version, epoch, path }) {
  const work = mkdtempSync(join(tmpdir(), 'toa-play-deb-'));
  const put = (name, data, mode = 0o644) => {
    mkdirSync(dirname(join(work, name)), { recursive: true });
    writeFileSync(join(work, name), data);
    chmodSync(join(work, name), mode);
  };
  try {
    chmodSync(work, 0o755);
    mkdirSync(join(work, 'usr/bin'), { recursive: true });
    copyFileSync(program, join(work, 'usr/bin/toa-play'));
    chmodSync(join(work, 'usr/bin/toa-play'), 0o755);
    for (const page of PAGES)
      put(`usr/share/man/man8/${page}.gz`, gzipSync(readFileSync(join(root, 'kmod/man', page)), { level: 9 }));
    for (const [shell, name] of Object.entries(COMPLETIONS)) put(name, completion(shell));
    const texts = [join(root, 'LICENSE'), join(root, 'kmod/COPYING'), join(root, 'dist/bundle/LICENSES.txt'), license];
    put(
      'usr/share/doc/toa-play/copyright',
      texts.map((file) => readFileSync(file, 'utf8')).join(`\n${'='.repeat(78)}\n`),
    );
    const kibibytes = Math.ceil(statSync(program).size / 1024);
    put('DEBIAN/control', control({ version, arch, kibibytes }));
    const env = { ...process.env, SOURCE_DATE_EPOCH: epoch };
    const how = ['-Zxz', '-z2', '--threads-max=1', '--root-owner-group', '--build', work, path];
    runProgram('dpkg-deb', how, { env });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
