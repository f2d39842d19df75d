// Which kernels are tried: of a Debian suite the oldest or the newest that it still serves.
const DEBIAN = 'http://deb.debian.org/debian';
const SECURITY = 'http://deb.debian.org/debian-security';

/** A suite: what is fetched from, and in which a module for its kernels is compiled. */
export const SUITES = {
  bullseye: [`deb ${DEBIAN} bullseye main`],
  bookworm: [`deb ${DEBIAN} bookworm main`, `deb ${SECURITY} bookworm-security main`],
  trixie: [`deb ${DEBIAN} trixie main`, `deb ${SECURITY} trixie-security main`],
  sid: [`deb ${DEBIAN} sid main`],
};

/** `syn_recv_sock` got its seventh argument between the two of 6.1 (6.1.176, 6.1.192). */
export const KERNELS = [
  { id: '5.10', suite: 'bullseye', pick: 'newest' },
  { id: '6.1-old', suite: 'bookworm', series: '6.1.', pick: 'oldest' },
  { id: '6.1', suite: 'bookworm', series: '6.1.', pick: 'newest' },
  { id: '6.12', suite: 'trixie', pick: 'newest' },
  { id: '7', suite: 'sid', pick: 'newest' },
  { id: '6.1-aarch64', suite: 'bookworm', series: '6.1.', pick: 'newest', arch: 'aarch64' },
  { id: '6.12-aarch64', suite: 'trixie', pick: 'newest', arch: 'aarch64' },
];

/** By `uname -m`: Debian's name of the architecture, the machine that QEMU emulates for it, and its serial port. */
export const ARCHITECTURES = {
  x86_64: { debian: 'amd64', qemu: ['qemu-system-x86_64'], cpu: 'max', console: 'ttyS0' },
  aarch64: { debian: 'arm64', qemu: ['qemu-system-aarch64', '-M', 'virt'], cpu: 'cortex-a57', console: 'ttyAMA0' },
};

/** Of names like linux-image-6.1.0-56-amd64 the oldest or newest release for the architecture. */
export function pickRelease(names, { pick, series = '' }, arch) {
  const pattern = new RegExp(`^linux-image-(\\d[^ ]*-${arch})$`);
  const releases = names
    .map((name) => pattern.exec(name)?.[1])
    .filter((release) => release?.startsWith(series) && !/cloud|rt-/.test(release))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return pick === 'oldest' ? releases[0] : releases.at(-1);
}
