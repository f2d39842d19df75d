/** Where a verb meets a hostile name. */
export interface Place {
  /** A folder that holds nothing but what is made in it for this try. */
  readonly folder: string;
  /** The name by itself: of a package, a user, a service. */
  readonly name: string;
  /** `folder` and the name as one path. */
  readonly path: string;
  /** A folder beside, with what the verb reads: `file`, `tree/file`, `tree.tar`, `tree.zip`, `repo` (git). */
  readonly store: string;
  /** Goes up by one with each try. */
  readonly turn: number;
}

export interface Row {
  /** Why no name that a playbook gives reaches a file system or a program by this verb. */
  readonly none?: string;
  /** The arguments in which the name stands. */
  readonly given?: (at: Place) => Record<string, unknown>;
  /** What stands at the path before. */
  readonly before?: 'file' | 'folder' | 'link';
  /** What must stand at the path when the verb said that it worked, which it must for a name that can be one. */
  readonly makes?: 'file' | 'folder' | 'link' | 'gone';
  /** The name is none of a file: one that climbs out of where such names belong is met, too. */
  readonly climbs?: true;
  /** What else it may leave in the folder. */
  readonly others?: RegExp;
  /** Takes seconds: met by three names. */
  readonly slow?: true;
  /** What root does in a folder of somebody else, in which links are swapped meanwhile: `f` is what they swap. */
  readonly watched?: readonly ((at: Place) => Record<string, unknown>)[];
}

const ENGINE = 'carried out by the engine, on the controller, with files that the playbook names';
const WORDS = 'values of the controller only';
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE5xlVpkwdPQvZp6gVtG3fJ8GgYm2Hh6mN0yJr2VwY3t';
const edit = (at: Place): Record<string, unknown> => ({ path: at.path, create: true, owner: 'games' });

/** Each verb by the names that a playbook can give it. `none` says why a verb has nothing to show. */
export const ROWS: Readonly<Record<string, Row>> = {
  acl: {
    given: ({ path }) => ({ path, entity: 'games', etype: 'user', permissions: 'r', state: 'present' }),
    before: 'file',
    makes: 'file',
    watched: [
      ({ path, turn }) => ({ path, entity: 'games', etype: 'user', permissions: `${turn % 8}`, state: 'present' }),
    ],
  },
  add_host: { none: WORDS },
  alternatives: { climbs: true, given: ({ name, path }) => ({ name, path, link: path, priority: 1 }) },
  apt: { climbs: true, given: ({ name }) => ({ name: [name] }), slow: true },
  apt_key: { given: ({ path, name }) => ({ file: path, id: name, keyring: path }), before: 'file' },
  apt_repository: {
    given: ({ path, name }) => ({ repo: `deb http://192.0.2.1/ ${name}`, filename: path, update_cache: false }),
    slow: true,
  },
  archive: {
    given: ({ path, store }) => ({ path: `${store}/tree`, dest: path }),
    makes: 'file',
    watched: [({ path, store, turn }) => ({ path: `${store}/tree`, dest: path, mode: turn % 2 ? '0644' : '0600' })],
  },
  assemble: {
    given: ({ path, store }) => ({ src: `${store}/tree`, dest: path, remote_src: true }),
    makes: 'file',
    watched: [
      ({ path, store, turn }) => ({
        src: `${store}/tree`,
        dest: path,
        remote_src: true,
        delimiter: `${turn}`,
        owner: 'games',
      }),
    ],
  },
  assert: { none: WORDS },
  async_status: {
    none: 'the engine looks for the job by its id, which it compares (test/engine/hostile-jobs.test.ts)',
  },
  authorized_key: {
    given: ({ path, name }) => ({ user: 'root', key: `${KEY} ${name.replaceAll('\n', ' ')}`, path, manage_dir: false }),
    makes: 'file',
    watched: [({ path, turn }) => ({ user: 'games', key: `${KEY} ${turn}`, path, manage_dir: false })],
  },
  blockinfile: {
    given: ({ path }) => ({ path, block: 'b', create: true }),
    makes: 'file',
    watched: [(at) => ({ ...edit(at), block: `${at.turn}`, mode: '0666' })],
  },
  boot_entry: { climbs: true, given: ({ name }) => ({ title: name, arguments: [name] }) },
  command: { given: ({ path, name }) => ({ argv: ['ls', '--', path, name], chdir: '/', creates: path }) },
  copy: {
    given: ({ path }) => ({ dest: path, content: 'x', mode: '0640' }),
    makes: 'file',
    watched: [
      ({ path, turn }) => ({ dest: path, content: `${turn}`, owner: 'games', mode: '0644' }),
      ({ path, turn }) => ({ dest: path, content: `${turn}`, mode: 'u=rw', backup: true }),
      ({ folder, store }) => ({ src: `${store}/tree`, dest: folder, remote_src: true, owner: 'games' }),
    ],
  },
  cron: { climbs: true, given: ({ path, name }) => ({ name, job: name, user: 'root', cron_file: path }) },
  deb822_repository: { climbs: true, given: ({ name }) => ({ name, uris: name, suites: name, components: name }) },
  debconf: { climbs: true, given: ({ name }) => ({ name, question: name, vtype: 'string', value: name }), slow: true },
  debug: { none: WORDS },
  dnf: { climbs: true, given: ({ name }) => ({ name: [name] }), slow: true },
  dpkg_selections: { climbs: true, given: ({ name }) => ({ name, selection: 'hold' }) },
  dpvs_daemon: {
    given: ({ path, name }) => ({
      state: 'present',
      program: path,
      plan: {
        ports: [],
        nodes: [],
        page_kb: 2048,
        huge_dir: path,
        driver: '',
        modules: [],
        eal: [name],
        takes_conf: true,
        conf: name,
      },
    }),
  },
  dpvs_plan: { climbs: true, given: ({ name }) => ({ version: '1.9.4', interfaces: [name] }) },
  dpvs_service: {
    climbs: true,
    given: ({ name }) => ({
      services: [
        { vip: name, port: 80, device: 'dpdk0', servers: [{ address: name }], local: [name], local_device: 'dpdk0' },
      ],
    }),
  },
  fail: { none: WORDS },
  fetch: {
    given: ({ path, store }) => ({ src: path, dest: `${store}/fetched/`, flat: false, fail_on_missing: true }),
    before: 'file',
  },
  file: {
    given: ({ path }) => ({ path, state: 'touch', mode: '0640' }),
    makes: 'file',
    watched: [
      ({ path, turn }) => ({ path, mode: turn % 2 ? '0644' : '0666', owner: 'games' }),
      ({ path }) => ({ path, state: 'touch', mode: '0666', owner: 'games' }),
      ({ folder, turn }) => ({ path: folder, recurse: true, mode: turn % 2 ? 'o+w' : 'o-w', owner: 'games' }),
      ({ path, store }) => ({ path, state: 'link', src: `${store}/file`, force: true }),
      ({ path }) => ({ path, state: 'absent' }),
    ],
  },
  find: { given: ({ folder, name }) => ({ paths: [folder], patterns: [name], recurse: true }), before: 'file' },
  get_url: {
    given: ({ path, store }) => ({ url: `file://${store}/file`, dest: path, mode: '0640' }),
    makes: 'file',
    watched: [
      ({ path, store, turn }) => ({
        url: `file://${store}/file`,
        dest: path,
        mode: turn % 2 ? '0644' : '0600',
        force: true,
      }),
    ],
  },
  getent: { climbs: true, given: ({ name }) => ({ database: 'passwd', key: name, fail_key: false }) },
  git: {
    given: ({ path, store, name }) => ({ repo: `${store}/repo`, dest: path, version: 'main', refspec: name }),
    slow: true,
  },
  // git has no room for .lock behind the longest names
  git_config: {
    given: ({ path, name }) => ({ name: 'a.b', value: name, scope: 'file', file: path }),
    watched: [({ path, turn }) => ({ name: 'a.b', value: `${turn}`, scope: 'file', file: path })],
  },
  goedge_sender: { given: ({ path, name }) => ({ folder: path, kinds: name }) },
  group: { climbs: true, given: ({ name }) => ({ name }) },
  group_by: { none: WORDS },
  hostname: { climbs: true, given: ({ name }) => ({ name }) },
  include_role: { none: ENGINE },
  include_tasks: { none: ENGINE },
  include_vars: { none: ENGINE },
  ini_file: {
    given: ({ path, name }) => ({ path, section: name.replaceAll('\n', ''), option: 'o', value: 'v', create: true }),
    makes: 'file',
    watched: [({ path, turn }) => ({ path, section: 's', option: 'o', value: `${turn}`, owner: 'games' })],
  },
  iptables: { climbs: true, given: ({ name }) => ({ chain: 'INPUT', protocol: 'tcp', jump: 'ACCEPT', comment: name }) },
  ipvs: {
    climbs: true,
    given: ({ name }) => ({ services: [{ vip: name, port: 80, servers: [{ address: name }] }] }),
  },
  kernel_blacklist: {
    given: ({ path }) => ({ name: 'pcspkr', blacklist_file: path }),
    makes: 'file',
    watched: [({ path, turn }) => ({ name: `m${turn}`, blacklist_file: path })],
  },
  kernel_build: {
    climbs: true,
    given: ({ path, name }) => ({
      tree: path,
      config: { X: name },
      extraversion: name,
      targets: [name],
      options: [name],
    }),
    slow: true,
  },
  kernel_devel: { climbs: true, given: ({ name }) => ({ release: name, compiler: false }), slow: true },
  kernel_install: {
    climbs: true,
    given: ({ name }) => ({ state: 'absent', release: name, keep: [name] }),
    slow: true,
  },
  kernel_source: {
    given: ({ path, store }) => ({ dest: path, path: `${store}/tree.tar` }),
    slow: true,
  },
  kmod_boot: { climbs: true, given: ({ name }) => ({ parameters: { max: name } }), slow: true },
  kmod_build: { climbs: true, given: ({ name }) => ({ release: name, options: [name], headers: false }), slow: true },
  kmod_load: { given: ({ path }) => ({ path, balancers: ['192.0.2.1'] }), before: 'file' },
  known_hosts: {
    given: ({ path, name }) => ({ path, name: 'h', key: `h ${KEY} ${name.replaceAll('\n', ' ')}` }),
    makes: 'file',
    watched: [({ path, turn }) => ({ path, name: `h${turn}`, key: `h${turn} ${KEY}` })],
  },
  lineinfile: {
    given: ({ path }) => ({ path, line: 'l', create: true }),
    makes: 'file',
    watched: [
      (at) => ({ ...edit(at), line: `${at.turn}` }),
      (at) => ({ ...edit(at), line: `${at.turn}`, backup: true, validate: 'test -e %s' }),
    ],
  },
  locale_gen: { climbs: true, given: ({ name }) => ({ name }) },
  make: {
    given: ({ folder, path, name }) => ({ chdir: folder, file: path, target: name, params: { V: name } }),
    before: 'file',
  },
  meta: { none: ENGINE },
  modprobe: { climbs: true, given: ({ name }) => ({ name, params: name, persistent: 'present' }) },
  mount: {
    given: ({ path, name, store }) => ({
      path,
      src: name,
      fstype: 'ext4',
      opts: name,
      state: 'present',
      fstab: `${store}/fstab`,
    }),
  },
  nat_balancer: {
    climbs: true,
    given: ({ name }) => ({ services: [{ vip: name, port: 80, servers: [{ address: name }] }] }),
  },
  own_module: { none: "its names are the module's own to look at" },
  package: { climbs: true, given: ({ name }) => ({ name: [name] }), slow: true },
  package_facts: { none: 'takes the name of a manager out of a list' },
  pam_limits: {
    given: ({ path, name }) => ({
      domain: name,
      limit_type: 'soft',
      limit_item: 'core',
      value: '0',
      comment: name,
      dest: path,
    }),
    before: 'file',
    watched: [
      ({ path, turn }) => ({ domain: 'games', limit_type: 'soft', limit_item: 'core', value: `${turn}`, dest: path }),
    ],
  },
  patch: { given: ({ path, store }) => ({ src: `${store}/file`, dest: path, strip: 1 }), before: 'file' },
  pause: { none: WORDS },
  ping: { none: WORDS },
  pip: { given: ({ path, name }) => ({ name: [name], virtualenv: path, virtualenv_command: 'mkdir' }), slow: true },
  proxy_edge: {
    climbs: true,
    given: ({ name }) => ({
      proxy: 'nginx',
      listeners: [{ listen: name, port: 80, server: name, server_port: 80 }],
    }),
  },
  raw: { none: "a shell's text, which the playbook gives as such" },
  reboot: {
    given: ({ name }) => ({ msg: name, reboot_command: 'true', reboot_timeout: 1, connect_timeout: 1 }),
    slow: true,
  },
  replace: {
    given: ({ path }) => ({ path, regexp: 'x', replace: 'y' }),
    before: 'file',
    makes: 'file',
    watched: [({ path, turn }) => ({ path, regexp: '^.*$', replace: `${turn}`, owner: 'games' })],
  },
  rpm_key: { given: ({ path }) => ({ key: path }), before: 'file' },
  script: {
    given: ({ path, store, name }) => ({
      cmd: `${store}/script '${name.replaceAll("'", `'\\''`)}'`,
      creates: `${path}-none`,
    }),
  },
  selinux: {
    given: ({ path }) => ({ state: 'disabled', configfile: path }),
    before: 'file',
    makes: 'file',
    watched: [({ path, turn }) => ({ state: 'permissive', policy: `p${turn}`, configfile: path })],
  },
  service: { climbs: true, given: ({ name }) => ({ name, state: 'started', enabled: true }) },
  service_facts: { none: 'takes no argument' },
  set_fact: { none: WORDS },
  set_stats: { none: WORDS },
  setup: {
    given: ({ folder, name }) => ({ gather_subset: ['!all', 'local'], fact_path: folder, filter: [name] }),
    before: 'file',
  },
  shell: { given: ({ path, name }) => ({ cmd: 'true', chdir: '/', creates: path, stdin: name }) },
  slurp: { given: ({ path }) => ({ src: path }), before: 'file' },
  stat: { given: ({ path }) => ({ path, get_mime: true, get_attributes: true }), before: 'file' },
  sysctl: {
    climbs: true,
    given: ({ path, name }) => ({
      name,
      value: name,
      sysctl_file: path,
      reload: false,
      sysctl_set: true,
      ignoreerrors: true,
    }),
    watched: [({ path, turn }) => ({ name: 'net.x', value: `${turn}`, sysctl_file: path, reload: false })],
  },
  systemd: { climbs: true, given: ({ name }) => ({ name, state: 'started', enabled: true }) },
  sysvinit: { climbs: true, given: ({ name }) => ({ name, state: 'started', enabled: true }) },
  tempfile: {
    others: /./,
    given: ({ folder, name }) => ({ path: folder, prefix: name }),
    watched: [({ folder }) => ({ path: folder })],
  },
  template: {
    given: ({ path, store }) => ({ src: `${store}/file`, dest: path, mode: '0640' }),
    makes: 'file',
    watched: [({ path, store, turn }) => ({ src: `${store}/file`, dest: path, mode: turn % 2 ? '0644' : '0600' })],
  },
  timezone: { climbs: true, given: ({ name }) => ({ name }) },
  toa_ebpf: { none: 'its words are networks and numbers (tasks/shared/receiver/networks.test.ts, scripts/test-fuzz)' },
  toa_explain: { none: 'its words are numbers' },
  toa_facts: { none: 'takes no argument' },
  toa_sender: { climbs: true, given: ({ name }) => ({ services: [name] }) },
  toa_source: { none: 'reads a folder, an archive or a repository that the playbook names, on the controller' },
  toa_vendor_module: { given: ({ path, folder }) => ({ backup: path, root: folder }), others: /./ },
  toa_verify: { none: 'its words are addresses and numbers' },
  ufw: {
    climbs: true,
    given: ({ name }) => ({ rule: 'allow', name, from_ip: name, comment: name }),
    slow: true,
  },
  unarchive: {
    given: ({ path, store, name }) => ({
      src: `${store}/tree.tar`,
      dest: path,
      remote_src: true,
      mode: 'u+rwX',
      include: [name],
    }),
    before: 'folder',
    watched: [
      ({ folder, store }) => ({
        src: `${store}/tree.tar`,
        dest: folder,
        remote_src: true,
        owner: 'games',
        mode: 'a+rX',
      }),
    ],
  },
  uri: {
    given: ({ path, store }) => ({ url: `file://${store}/file`, dest: path }),
    watched: [
      ({ path, store, turn }) => ({ url: `file://${store}/file`, dest: path, mode: turn % 2 ? '0644' : '0600' }),
    ],
  },
  user: {
    climbs: true,
    given: ({ name, path }) => ({ name, home: path, comment: name, create_home: true }),
    watched: [({ folder }) => ({ name: 'games', home: folder, generate_ssh_key: true, ssh_key_type: 'ed25519' })],
  },
  validate_argument_spec: { none: WORDS },
  wait_for: { given: ({ path }) => ({ path, timeout: 1, search_regex: 'x' }), before: 'file' },
  wait_for_connection: { none: WORDS },
  yum: { climbs: true, given: ({ name }) => ({ name: [name] }), slow: true },
  yum_repository: {
    climbs: true,
    others: /\.repo$/,
    given: ({ folder, name }) => ({ name, file: name, description: name, baseurl: name, reposdir: folder }),
    watched: [
      ({ folder, turn }) => ({ name: 'f', description: `${turn}`, baseurl: 'http://192.0.2.1/', reposdir: folder }),
    ],
  },
  zypper: { climbs: true, given: ({ name }) => ({ name: [name] }), slow: true },
};
