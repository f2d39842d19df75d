import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBls } from './bls.ts';
import { type BootFile, type Changes, type Configuration, noChanges, releaseOf } from './entry.ts';
import { readExtlinux } from './extlinux.ts';
import { blsFiles, grubCfg, grubConf, words } from '../../../test/support/boot-configurations.ts';
import { defaultFile, readGrubConf, withEntry, withoutEntry } from './grub-conf.ts';
import { readGrub2, withSavedDefault } from './grub2.ts';
import { fits, readSystemdBoot } from './systemd-boot.ts';
import { NotUnderstood } from './text.ts';

const recorded = (name: string): string => readFileSync(new URL(`../recorded/${name}`, import.meta.url), 'latin1');
const ENV = `# GRUB Environment Block\n`.padEnd(1024, '#');
const grub2 = (text: string, env = ENV): Configuration =>
  readGrub2({
    cfg: { path: '/boot/grub/grub.cfg', text },
    env: { path: '/boot/grub/grubenv', text: env },
    settings: { path: '/etc/default/grub', text: 'GRUB_DEFAULT=0\n' },
  });
const conf = (text: string, saved?: string): Configuration =>
  readGrubConf({ path: '/grub.conf', text }, saved === undefined ? undefined : { path: '/default', text: saved });

/** The texts with the words of one entry changed. */
function changed(configuration: Configuration, at: number, add: string[], remove: string[]): Changes {
  const changes = noChanges();
  configuration.setArguments(configuration.entries[at], { add, remove }, changes);
  return changes;
}

/** Lines that differ between two texts of as many lines. */
function differing(before: string, after: string): number[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  expect(now.length).toBe(old.length);
  return old.flatMap((line, index) => (line === now[index] ? [] : [index]));
}

interface Sample {
  readonly read: (text: string) => Configuration;
  readonly text: string;
  readonly path: string;
  readonly count: number;
}

const samples = fc.oneof(
  grubCfg.map(({ text, entries }): Sample => ({
    read: grub2,
    text,
    path: '/boot/grub/grub.cfg',
    count: entries.length,
  })),
  grubConf.map(({ text, entries }): Sample => ({ read: conf, text, path: '/grub.conf', count: entries.length })),
);

describe('any configuration', () => {
  it('has one line changed where a word is added to one entry, and is the same again where it goes', () => {
    fc.assert(
      fc.property(samples, fc.nat(), ({ read, text, path, count }, number) => {
        const at = number % count;
        const added = changed(read(text), at, ['nohz=off'], []).files.get(path) as string;
        expect(differing(text, added)).toHaveLength(1);
        const now = read(added);
        expect(now.entries.map(({ arguments: list }) => list.includes('nohz=off'))).toEqual(
          now.entries.map((_, index) => index === at),
        );
        expect(changed(now, at, ['nohz=off'], []).files.size).toBe(0);
        expect(changed(now, at, [], ['nohz']).files.get(path)).toBe(text);
      }),
    );
  });

  it('has the words that were asked for, and keeps all others in their order', () => {
    fc.assert(
      fc.property(samples, words, words, ({ read, text, path }, add, remove) => {
        const { arguments: before } = read(text).entries[0];
        const after = changed(read(text), 0, add, remove).files.get(path) ?? text;
        const now = read(after).entries[0].arguments;
        const name = (word: string): string => word.split('=')[0];
        expect(now).toEqual(expect.arrayContaining(add));
        const others = (list: readonly string[]): string[] =>
          list.filter((word) => ![...add, ...remove].some((one) => name(one) === name(word)));
        expect(others(now)).toEqual(others(before));
      }),
    );
  });

  it('has another default, and is the same again with the one before', () => {
    fc.assert(
      fc.property(grubConf, fc.nat(), ({ text, entries }, number) => {
        const read = conf(text);
        const changes = noChanges();
        read.setDefault(read.entries[number % entries.length], changes);
        const now = conf(changes.files.get('/grub.conf') ?? text);
        expect(now.default?.id).toBe(String(number % entries.length));
        const back = noChanges();
        now.setDefault(now.entries[Number(read.default?.id)], back);
        expect(back.files.get('/grub.conf') ?? changes.files.get('/grub.conf') ?? text).toBe(text);
      }),
    );
  });

  it('is refused as a whole where a quote, a brace or a condition does not end, or is told where', () => {
    for (const text of [
      "menuentry 'a {\n}\n",
      'menuentry a {\n',
      '}\n',
      'if true; then\n',
      'fi\n',
      'menuentry a { if x; then\n}\nfi',
    ])
      expect(() => grub2(text), text).toThrow(NotUnderstood);
    expect(() => conf('default=0\ntitle a\n\tkernle /vmlinuz\n')).toThrow('/grub.conf:3: has "kernle /vmlinuz"');
    expect(() => grub2('\n\n}\n')).toThrow('/boot/grub/grub.cfg:3: has a } too many');
  });
});

describe('GRUB 2', () => {
  it('reads what update-grub of Debian 12 makes', () => {
    const read = grub2(recorded('debian12-grub.cfg'));
    expect(read.entries.map(({ release, recovery }) => [release, recovery])).toEqual([
      ['6.1.0-47-cloud-amd64', false],
      ['6.1.0-47-cloud-amd64', false],
      ['6.1.0-47-cloud-amd64', true],
    ]);
    expect(read.followsDefault).toBe(false);
    expect(read.noOnce).toBeUndefined();
    expect(read.default?.title).toBe('Debian GNU/Linux');
  });

  it('reads SUSE’s, and keeps what is expanded at boot', () => {
    const text = recorded('suse-grub.cfg');
    const read = grub2(text);
    expect(read.entries.map(({ release }) => release)).toEqual([
      '5.14.21-150400.24.100-default',
      '5.14.21-150400.24.100-default',
      '5.14.21-150400.24.97-default',
    ]);
    const after = changed(read, 2, ['nohz=off'], ['quiet']).files.get('/boot/grub/grub.cfg') as string;
    expect(after).toContain('root=UUID=9b2c  ${extra_cmdline} splash=silent nohz=off\n');
    expect(differing(text, after)).toHaveLength(1);
  });

  it('follows a saved entry by number, title or id, in submenus too', () => {
    const text = recorded('suse-grub.cfg');
    const withSaved = (value: string): string | undefined =>
      grub2(text, `# GRUB Environment Block\nsaved_entry=${value}\n`.padEnd(1024, '#')).default?.id;
    const deep = 'gnulinux-advanced-9b2c>gnulinux-5.14.21-150400.24.97-default-advanced-9b2c';
    expect(withSaved('1>1')).toBe(deep);
    expect(withSaved(deep)).toBe(deep);
    expect(withSaved('Advanced options for SLES 15-SP4>SLES 15-SP4, with Linux 5.14.21-150400.24.97-default')).toBe(
      deep,
    );
    expect(withSaved('0')).toBe('gnulinux-simple-9b2c');
    expect(withSaved('1>7')).toBeUndefined();
  });

  it('does not know which entry has a number behind one that a condition makes', () => {
    const text =
      'set default="${saved_entry}"\nif [ -f /x ]; then\nmenuentry a {\n linux /vmlinuz-1 x\n}\nfi\nmenuentry b {\n linux /vmlinuz-2 x\n}\n';
    const withSaved = (value: string): string | undefined =>
      grub2(text, `# GRUB Environment Block\nsaved_entry=${value}\n`.padEnd(1024, '#')).default?.title;
    expect(withSaved('1')).toBeUndefined();
    expect(withSaved('b')).toBe('b');
  });

  it('sets GRUB_DEFAULT and nothing else', () => {
    const file = (text: string): BootFile => ({ path: '/etc/default/grub', text });
    expect(withSavedDefault(file('A=1\nGRUB_DEFAULT="1>2" # x\nB=2'))).toBe('A=1\nGRUB_DEFAULT=saved\nB=2');
    expect(withSavedDefault(file('A=1'))).toBe('A=1\nGRUB_DEFAULT=saved\n');
    expect(() => withSavedDefault(file('GRUB_DEFAULT="a\nb"\n'))).toThrow(NotUnderstood);
  });
});

describe('BLS', () => {
  const cfg = { path: '/boot/grub2/grub.cfg', text: recorded('el8-grub.cfg') };
  const env = { path: '/boot/grub2/grubenv', text: ENV };
  const read = (files: readonly BootFile[]): Configuration => readBls({ cfg, env, settings: undefined }, files);

  it('changes the options of one file, and nothing else', () => {
    fc.assert(
      fc.property(blsFiles, fc.nat(), (files, number) => {
        const configuration = read(files);
        const at = number % files.length;
        const { file } = configuration.entries[at];
        const changes = changed(configuration, at, ['nohz=off'], []);
        expect([...changes.files.keys()]).toEqual([file]);
        const before = files.find(({ path }) => path === file)?.text as string;
        expect(differing(before, changes.files.get(file) as string)).toHaveLength(1);
        const now = files.map((one) => ({ ...one, text: changes.files.get(one.path) ?? one.text }));
        const back = changed(read(now), at, [], ['nohz']);
        expect(back.files.get(file)).toBe(before);
      }),
    );
  });

  it('boots the newest one while nothing is saved', () => {
    const files = ['4.18.0-80.el8.x86_64', '4.18.0-305.el8.x86_64', '4.18.0-240.1.1.el8.x86_64'].map((release) => ({
      path: `/boot/loader/entries/abc-${release}.conf`,
      text: `title x\nversion ${release}\nlinux /vmlinuz-${release}\noptions $kernelopts $tuned_params\n`,
    }));
    const configuration = read(files);
    expect(configuration.default?.release).toBe('4.18.0-305.el8.x86_64');
    const changes = noChanges();
    configuration.setDefault(configuration.entries[2], changes);
    expect(changes.files.get(env.path)).toMatch(/^saved_entry=abc-4\.18\.0-80\.el8\.x86_64$/m);
    const options = changed(configuration, 0, ['panic=30'], []).files.get(files[1].path);
    expect(options).toBe(`${files[1].text.trimEnd()} panic=30\n`);
  });
});

describe('legacy GRUB', () => {
  const text = recorded('el6-grub.conf');

  it('makes of a grub.conf what the guide for 2.6.32 says: default 1 to 0, nohz=off on one line', () => {
    const read = conf(text);
    const changes = changed(read, 0, ['nohz=off'], []);
    read.setDefault(read.entries[0], changes);
    const toa =
      'kernel /vmlinuz-2.6.32-toa ro root=/dev/mapper/VolGroup-lv_root rd_NO_LUKS LANG=en_US.UTF-8 rhgb quiet';
    expect(changes.files.get('/grub.conf')).toBe(
      text.replace('default=1', 'default=0').replace(toa, `${toa} nohz=off`),
    );
  });

  it('puts an entry first, as grubby does, and what was the default stays it', () => {
    const entry = {
      title: 'LVS-linux (1.0.09)',
      root: '(hd0,5)',
      kernel: '/boot/vmlinuz-2.4.20ipvs',
      initrd: '/boot/initrd-2.4.20ipvs.img',
      arguments: ['ro', 'root=/dev/hda6'],
    };
    const after = withEntry({ path: '/grub.conf', text }, entry);
    const added = `title LVS-linux (1.0.09)
	root (hd0,5)
	kernel /boot/vmlinuz-2.4.20ipvs ro root=/dev/hda6
	initrd /boot/initrd-2.4.20ipvs.img
`;
    expect(after).toBe(
      text.replace('default=1', 'default=2').replace('title CentOS (2.6.32-toa)', `${added}title CentOS (2.6.32-toa)`),
    );
    expect(withEntry({ path: '/grub.conf', text: after }, entry)).toBe(after);
    expect(withoutEntry({ path: '/grub.conf', text: after }, conf(after).entries[0])).toBe(text);
    expect(() => withoutEntry({ path: '/grub.conf', text }, conf(text).entries[1])).toThrow(
      'has this entry as its default',
    );
  });

  it('boots once by the scheme of its manual: the entry saves its fallback', () => {
    const read = conf(text);
    const changes = noChanges();
    read.setNext(read.entries[0], changes);
    const made = changes.files.get('/grub.conf') as string;
    expect(made).toContain('fallback=1\n');
    expect(made).toContain('default=saved\n');
    expect(made).toContain('initrd /initramfs-2.6.32-toa.img\n\tsavedefault fallback\n');
    expect(changes.files.get('/default')).toBe(defaultFile('0'));
    const now = conf(made, defaultFile('0'));
    expect([now.next?.id, now.default?.id]).toEqual(['0', '1']);
    // it started, and GRUB wrote the fallback's number
    const after = conf(made, defaultFile('1'));
    expect([after.next?.id, after.default?.id]).toEqual([undefined, '1']);
    const kept = noChanges();
    after.setDefault(after.entries[0], kept);
    expect(kept.files.get('/default')).toBe(defaultFile('0'));
  });
});

describe('systemd-boot', () => {
  const file = (name: string): BootFile => ({
    path: `/efi/loader/entries/${name}.conf`,
    text: `title Linux\nversion ${name.split('+')[0]}\nlinux /m/${name.split('+')[0]}/linux\noptions root=/dev/sda1 quiet\n`,
  });
  const loader = { path: '/efi/loader/loader.conf', text: '# x\ntimeout 3\ndefault 6.1.0*.conf\n' };

  it('knows counters in names, and puts entries without tries last', () => {
    const read = readSystemdBoot(loader, [file('6.12.0+0-3'), file('6.1.0'), file('6.9.0+2-1')], '', true);
    expect(read.entries.map(({ id, tries }) => [id, tries])).toEqual([
      ['6.9.0', { left: 2, done: 1 }],
      ['6.1.0', undefined],
      ['6.12.0', { left: 0, done: 3 }],
    ]);
    expect(read.default?.id).toBe('6.1.0');
    const changes = noChanges();
    read.setDefault(read.entries[0], changes);
    expect(changes.files.get(loader.path)).toBe('# x\ntimeout 3\ndefault 6.9.0*.conf\n');
    read.setNext(read.entries[0], changes);
    expect(changes.run).toEqual(['oneshot 6.9.0+2-1.conf']);
  });

  it('fits patterns without looking back for ever', () => {
    expect(fits('6.*.conf', '6.1.0.conf')).toBe(true);
    expect(fits('?.1*', '6.1.0.conf')).toBe(true);
    expect(fits('6.1', '6.1.0')).toBe(false);
    expect(fits(`${'*a'.repeat(60)}b`, 'a'.repeat(5000))).toBe(false);
  });
});

describe('extlinux', () => {
  it('is read, and never written', () => {
    const text =
      'DEFAULT l0\nTIMEOUT 50\nLABEL l0\n\tMENU LABEL Debian ^6.1\n\tLINUX /vmlinuz-6.1.0\n\tINITRD /initrd.img-6.1.0\n\tAPPEND root=/dev/sda1 ro\nLABEL l0r\n\tLINUX /vmlinuz-6.1.0\n\tAPPEND root=/dev/sda1 single\n';
    const read = readExtlinux({ path: '/boot/extlinux/extlinux.conf', text });
    expect(read.entries.map(({ id, release, recovery }) => [id, release, recovery])).toEqual([
      ['l0', '6.1.0', false],
      ['l0r', '6.1.0', true],
    ]);
    expect(() => read.setDefault(read.entries[0], noChanges())).toThrow('is extlinux, which is only read');
  });
});

it.each([
  ['/boot/vmlinuz-6.1.0-13-amd64', '6.1.0-13-amd64'],
  ['/vmlinuz-4.18.0-305.el8.x86_64', '4.18.0-305.el8.x86_64'],
  ['/abc/6.9.0/linux', '6.9.0'],
  ['/boot/vmlinux-5.3.18-default.gz', '5.3.18-default'],
  ['/memtest86+x64.bin', ''],
])('%s is the kernel %s', (path, release) => expect(releaseOf(path)).toBe(release));
