import fc from 'fast-check';

/** Configurations of boot loaders as generators for property tests. */

const word = fc.stringMatching(/^[a-z][a-z0-9_.]{0,8}(=[A-Za-z0-9/:.-]{1,9})?$/);
export const words = fc.uniqueArray(word, { maxLength: 6, selector: (one) => one.split('=')[0] });
export const release = fc
  .tuple(
    fc.integer({ min: 2, max: 7 }),
    fc.nat(40),
    fc.nat(300),
    fc.constantFrom('-amd64', '.el8.x86_64', '-default', ''),
  )
  .map(([major, minor, patch, flavour]) => `${major}.${minor}.${patch}${flavour}`);
const blank = fc.constantFrom(' ', '\t', '  ', ' \t ');
const noise = fc.constantFrom('', '# a remark\n', '\n', '   # indented\n', '\t\n');

export interface GeneratedEntry {
  readonly release: string;
  readonly words: readonly string[];
  readonly gap: string;
  readonly noise: string;
}

const entry = fc.record({ release, words, gap: blank, noise });
export const entries = fc.uniqueArray(entry, { minLength: 1, maxLength: 6, selector: (one) => one.release });

/** grub.cfg with entries at the top and in a submenu, quotes and variables of several kinds. */
export const grubCfg = fc.record({ entries, isSub: fc.boolean(), quote: fc.constantFrom("'", '"') }).map((made) => {
  const { quote } = made;
  const menu = made.entries.map(
    (
      one,
    ) => `${one.noise}menuentry ${quote}Linux ${one.release}${quote} --class os $menuentry_id_option ${quote}id-${one.release}${quote} {
${one.gap}search --set=root "\${boot}" ; echo 'a } in quotes'
	if [ x$grub_platform = xxen ]; then insmod xzio; else insmod gzio; fi
${one.gap}linux${one.gap}/boot/vmlinuz-${one.release} root=/dev/sda1 ${one.words.join(one.gap)}
	initrd /boot/initrd.img-${one.release}
}
`,
  );
  const head =
    'if [ "${next_entry}" ]; then\n set default="${next_entry}"\n set next_entry=\n save_env next_entry\nelse\n set default="${saved_entry}"\nfi\n';
  const body = made.isSub ? `submenu 'More' --id sub {\n${menu.join('')}}\n` : menu.join('');
  return { ...made, text: `${head}${body}# end\n` };
});

/** grub.conf in the ways of anaconda, grubby and people. */
export const grubConf = fc
  .record({
    entries,
    equals: fc.constantFrom('=', ' ', ' = '),
    indent: blank,
    fallback: fc.boolean(),
    device: fc.boolean(),
  })
  .chain((made) => fc.nat(made.entries.length - 1).map((at) => ({ ...made, at })))
  .map((made) => {
    const sections = made.entries.map(
      (one) => `${one.noise}title Linux (${one.release})
${made.indent}root (hd0,0)
${made.indent}kernel ${made.device ? '(hd0,0)' : ''}/vmlinuz-${one.release} ro ${one.words.join(one.gap)}
${made.indent}initrd /initrd-${one.release}.img
`,
    );
    const fallback = made.fallback ? `fallback${made.equals}0\n` : '';
    return {
      ...made,
      text: `#boot=/dev/sda\ndefault${made.equals}${made.at}\n${fallback}timeout=5\n${sections.join('')}`,
    };
  });

/** One BLS file an entry. */
export const blsFiles = entries.map((made) =>
  made.map((one) => ({
    ...one,
    path: `/boot/loader/entries/abc-${one.release}.conf`,
    text: `${one.noise}title Linux (${one.release})\nversion${one.gap}${one.release}\nlinux /vmlinuz-${one.release}\ninitrd /initramfs-${one.release}.img $tuned_initrd\noptions${one.gap}root=/dev/sda1 ${one.words.join(one.gap)}\nid x\ngrub_class kernel\n`,
  })),
);
