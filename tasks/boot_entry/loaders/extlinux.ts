import { type BootEntry, type BootFile, type Configuration, releaseOf } from './entry.ts';
import { commandWords, linesOf, NotUnderstood } from './text.ts';

/** extlinux.conf, as far as it takes to tell what it boots. It is read, never written: U-Boot and hooks make it. */

interface Label {
  name: string;
  title: string;
  kernel: string;
  initrd: string[];
  arguments: string[];
}

/** @throws NotUnderstood at a line that is no `KEY value` */
export function readExtlinux({ path, text }: BootFile): Configuration {
  const labels: Label[] = [];
  let standard = '';
  for (const line of linesOf(text)) {
    if (/^\s*(#.*)?$/.test(line.text)) continue;
    if (!/^\s*[A-Za-z]/.test(line.text)) throw new NotUnderstood(path, line.number, 'is no key and value');
    const [key, ...rest] = line.text.trim().split(/\s+/);
    const value = rest.join(' ');
    const word = key.toLowerCase();
    if (word === 'label') labels.push({ name: value, title: value, kernel: '', initrd: [], arguments: [] });
    else if (word === 'default' || word === 'ontimeout') standard ||= value;
    else if (labels.length > 0) fill(labels[labels.length - 1], word, value);
  }
  const entries = labels.map((label): BootEntry => ({
    id: label.name,
    title: label.title,
    kernel: label.kernel,
    initrd: label.initrd,
    arguments: label.arguments,
    release: releaseOf(label.kernel),
    recovery: label.arguments.includes('single'),
    file: path,
  }));
  const refuse = (): never => {
    throw new NotUnderstood(
      path,
      1,
      'is extlinux, which is only read: change what makes it (u-boot-update, extlinux-update)',
    );
  };
  return {
    kind: 'extlinux',
    entries,
    default: entries.find(({ id }) => id === standard) ?? entries.at(0),
    next: undefined,
    followsDefault: true,
    noOnce: 'extlinux cannot boot an entry just once',
    setDefault: refuse,
    setNext: refuse,
    setArguments: refuse,
  };
}

function fill(label: Label, key: string, value: string): void {
  if (key === 'kernel' || key === 'linux') label.kernel = value;
  else if (key === 'initrd') label.initrd = value.split(/[\s,]+/);
  else if (key === 'append') {
    label.arguments = commandWords(value, 0, value.length).map(({ text }) => text);
    const initrd = label.arguments.find((word) => word.startsWith('initrd='));
    if (initrd && label.initrd.length === 0) label.initrd = initrd.slice(7).split(',');
  } else if (key === 'menu' && /^label /i.test(value)) label.title = value.slice(6).replaceAll('^', '');
}
