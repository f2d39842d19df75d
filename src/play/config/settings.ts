/** Types of settings, as ansible-core's base.yml names them; relative paths are relative to their file. */
export type SettingType = 'boolean' | 'integer' | 'string' | 'list' | 'path' | 'pathlist';

export interface Setting {
  /** Ansible's name, for `lookup('config')`. */
  readonly name: string;
  readonly type: SettingType;
  /** Section and key in ansible.cfg; later ones win. */
  readonly ini: readonly (readonly [section: string, key: string])[];
  /** Environment variables; later ones win. */
  readonly env: readonly string[];
  readonly default: boolean | number | string | readonly string[] | null;
}

type Ini = readonly (readonly [string, string])[];

function setting<const T extends SettingType, const D extends Setting['default']>(
  name: string,
  type: T,
  ini: Ini | string,
  env: string,
  fallback: D,
): { name: string; type: T; ini: Ini; env: readonly string[]; default: D } {
  const places: Ini = typeof ini === 'string' ? [['defaults', ini]] : ini;
  return { name, type, ini: places, env: env === '' ? [] : env.split(' '), default: fallback };
}

/**
 * The settings that toa-play honours
 * (https://docs.ansible.com/ansible-core/2.14/reference_appendices/config.html). A default of null means "not set".
 */
export const SETTINGS = {
  home: setting('ANSIBLE_HOME', 'path', 'home', 'ANSIBLE_HOME', '~/.ansible'),
  inventory: setting('DEFAULT_HOST_LIST', 'pathlist', 'inventory', 'ANSIBLE_INVENTORY', ['/etc/ansible/hosts']),
  rolesPath: setting('DEFAULT_ROLES_PATH', 'pathlist', 'roles_path', 'ANSIBLE_ROLES_PATH', [
    '~/.ansible/roles',
    '/usr/share/ansible/roles',
    '/etc/ansible/roles',
  ]),
  forks: setting('DEFAULT_FORKS', 'integer', 'forks', 'ANSIBLE_FORKS', 5),
  timeout: setting(
    'DEFAULT_TIMEOUT',
    'integer',
    [
      ['defaults', 'timeout'],
      ['ssh_connection', 'timeout'],
    ],
    'ANSIBLE_TIMEOUT ANSIBLE_SSH_TIMEOUT',
    10,
  ),
  taskTimeout: setting('TASK_TIMEOUT', 'integer', 'task_timeout', 'ANSIBLE_TASK_TIMEOUT', 0),
  remoteUser: setting('DEFAULT_REMOTE_USER', 'string', 'remote_user', 'ANSIBLE_REMOTE_USER', null),
  remotePort: setting('DEFAULT_REMOTE_PORT', 'integer', 'remote_port', 'ANSIBLE_REMOTE_PORT', null),
  privateKeyFile: setting('DEFAULT_PRIVATE_KEY_FILE', 'path', 'private_key_file', 'ANSIBLE_PRIVATE_KEY_FILE', null),
  transport: setting('DEFAULT_TRANSPORT', 'string', 'transport', 'ANSIBLE_TRANSPORT', 'smart'),
  hostKeyChecking: setting(
    'HOST_KEY_CHECKING',
    'boolean',
    [
      ['defaults', 'host_key_checking'],
      ['ssh_connection', 'host_key_checking'],
    ],
    'ANSIBLE_HOST_KEY_CHECKING ANSIBLE_SSH_HOST_KEY_CHECKING',
    true,
  ),
  sshArgs: setting('SSH_ARGS', 'string', [['ssh_connection', 'ssh_args']], 'ANSIBLE_SSH_ARGS', null),
  sshCommonArgs: setting(
    'SSH_COMMON_ARGS',
    'string',
    [['ssh_connection', 'ssh_common_args']],
    'ANSIBLE_SSH_COMMON_ARGS',
    null,
  ),
  sshExtraArgs: setting(
    'SSH_EXTRA_ARGS',
    'string',
    [['ssh_connection', 'ssh_extra_args']],
    'ANSIBLE_SSH_EXTRA_ARGS',
    null,
  ),
  sshExecutable: setting(
    'SSH_EXECUTABLE',
    'string',
    [['ssh_connection', 'ssh_executable']],
    'ANSIBLE_SSH_EXECUTABLE',
    'ssh',
  ),
  sshRetries: setting(
    'SSH_RETRIES',
    'integer',
    [
      ['connection', 'retries'],
      ['ssh_connection', 'retries'],
    ],
    'ANSIBLE_SSH_RETRIES',
    0,
  ),
  remoteTmp: setting('REMOTE_TMP', 'string', 'remote_tmp', 'ANSIBLE_REMOTE_TEMP ANSIBLE_REMOTE_TMP', null),
  askPass: setting('DEFAULT_ASK_PASS', 'boolean', 'ask_pass', 'ANSIBLE_ASK_PASS', false),
  connectionPasswordFile: setting(
    'CONNECTION_PASSWORD_FILE',
    'path',
    'connection_password_file',
    'ANSIBLE_CONNECTION_PASSWORD_FILE',
    null,
  ),
  become: setting('DEFAULT_BECOME', 'boolean', [['privilege_escalation', 'become']], 'ANSIBLE_BECOME', false),
  becomeMethod: setting(
    'DEFAULT_BECOME_METHOD',
    'string',
    [['privilege_escalation', 'become_method']],
    'ANSIBLE_BECOME_METHOD',
    'sudo',
  ),
  becomeUser: setting(
    'DEFAULT_BECOME_USER',
    'string',
    [['privilege_escalation', 'become_user']],
    'ANSIBLE_BECOME_USER',
    'root',
  ),
  becomeExe: setting(
    'DEFAULT_BECOME_EXE',
    'string',
    [['privilege_escalation', 'become_exe']],
    'ANSIBLE_BECOME_EXE',
    null,
  ),
  becomeFlags: setting(
    'DEFAULT_BECOME_FLAGS',
    'string',
    [['privilege_escalation', 'become_flags']],
    'ANSIBLE_BECOME_FLAGS',
    null,
  ),
  becomeAskPass: setting(
    'DEFAULT_BECOME_ASK_PASS',
    'boolean',
    [['privilege_escalation', 'become_ask_pass']],
    'ANSIBLE_BECOME_ASK_PASS',
    false,
  ),
  becomePasswordFile: setting(
    'BECOME_PASSWORD_FILE',
    'path',
    'become_password_file',
    'ANSIBLE_BECOME_PASSWORD_FILE',
    null,
  ),
  vaultPasswordFile: setting(
    'DEFAULT_VAULT_PASSWORD_FILE',
    'path',
    'vault_password_file',
    'ANSIBLE_VAULT_PASSWORD_FILE',
    null,
  ),
  vaultIdentityList: setting(
    'DEFAULT_VAULT_IDENTITY_LIST',
    'list',
    'vault_identity_list',
    'ANSIBLE_VAULT_IDENTITY_LIST',
    [],
  ),
  vaultEncryptIdentity: setting(
    'DEFAULT_VAULT_ENCRYPT_IDENTITY',
    'string',
    'vault_encrypt_identity',
    'ANSIBLE_VAULT_ENCRYPT_IDENTITY',
    null,
  ),
  askVaultPass: setting('DEFAULT_ASK_VAULT_PASS', 'boolean', 'ask_vault_pass', 'ANSIBLE_ASK_VAULT_PASS', false),
  gathering: setting('DEFAULT_GATHERING', 'string', 'gathering', 'ANSIBLE_GATHERING', 'implicit'),
  gatherSubset: setting('DEFAULT_GATHER_SUBSET', 'list', 'gather_subset', 'ANSIBLE_GATHER_SUBSET', null),
  gatherTimeout: setting('DEFAULT_GATHER_TIMEOUT', 'integer', 'gather_timeout', 'ANSIBLE_GATHER_TIMEOUT', null),
  factPath: setting('DEFAULT_FACT_PATH', 'string', 'fact_path', 'ANSIBLE_FACT_PATH', null),
  injectFactsAsVars: setting(
    'INJECT_FACTS_AS_VARS',
    'boolean',
    'inject_facts_as_vars',
    'ANSIBLE_INJECT_FACT_VARS',
    true,
  ),
  factCaching: setting('CACHE_PLUGIN', 'string', 'fact_caching', 'ANSIBLE_CACHE_PLUGIN', 'memory'),
  factCachingConnection: setting(
    'CACHE_PLUGIN_CONNECTION',
    'string',
    'fact_caching_connection',
    'ANSIBLE_CACHE_PLUGIN_CONNECTION',
    null,
  ),
  factCachingPrefix: setting(
    'CACHE_PLUGIN_PREFIX',
    'string',
    'fact_caching_prefix',
    'ANSIBLE_CACHE_PLUGIN_PREFIX',
    'ansible_facts',
  ),
  factCachingTimeout: setting(
    'CACHE_PLUGIN_TIMEOUT',
    'integer',
    'fact_caching_timeout',
    'ANSIBLE_CACHE_PLUGIN_TIMEOUT',
    86_400,
  ),
  hashBehaviour: setting('DEFAULT_HASH_BEHAVIOUR', 'string', 'hash_behaviour', 'ANSIBLE_HASH_BEHAVIOUR', 'replace'),
  jinja2Native: setting('DEFAULT_JINJA2_NATIVE', 'boolean', 'jinja2_native', 'ANSIBLE_JINJA2_NATIVE', false),
  errorOnUndefinedVars: setting(
    'DEFAULT_UNDEFINED_VAR_BEHAVIOR',
    'boolean',
    'error_on_undefined_vars',
    'ANSIBLE_ERROR_ON_UNDEFINED_VARS',
    true,
  ),
  ansibleManaged: setting('DEFAULT_MANAGED_STR', 'string', 'ansible_managed', '', 'Ansible managed'),
  strategy: setting('DEFAULT_STRATEGY', 'string', 'strategy', 'ANSIBLE_STRATEGY', 'linear'),
  forceHandlers: setting('DEFAULT_FORCE_HANDLERS', 'boolean', 'force_handlers', 'ANSIBLE_FORCE_HANDLERS', false),
  anyErrorsFatal: setting('ANY_ERRORS_FATAL', 'boolean', 'any_errors_fatal', 'ANSIBLE_ANY_ERRORS_FATAL', false),
  pollInterval: setting('DEFAULT_POLL_INTERVAL', 'integer', 'poll_interval', 'ANSIBLE_POLL_INTERVAL', 15),
  noLog: setting('DEFAULT_NO_LOG', 'boolean', 'no_log', 'ANSIBLE_NO_LOG', false),
  errorOnMissingHandler: setting(
    'ERROR_ON_MISSING_HANDLER',
    'boolean',
    'error_on_missing_handler',
    'ANSIBLE_ERROR_ON_MISSING_HANDLER',
    true,
  ),
  runTags: setting('TAGS_RUN', 'list', [['tags', 'run']], 'ANSIBLE_RUN_TAGS', []),
  skipTags: setting('TAGS_SKIP', 'list', [['tags', 'skip']], 'ANSIBLE_SKIP_TAGS', []),
  diffAlways: setting('DIFF_ALWAYS', 'boolean', [['diff', 'always']], 'ANSIBLE_DIFF_ALWAYS', false),
  diffContext: setting('DIFF_CONTEXT', 'integer', [['diff', 'context']], 'ANSIBLE_DIFF_CONTEXT', 3),
  verbosity: setting('DEFAULT_VERBOSITY', 'integer', 'verbosity', 'ANSIBLE_VERBOSITY', 0),
  noColor: setting('ANSIBLE_NOCOLOR', 'boolean', 'nocolor', 'ANSIBLE_NOCOLOR NO_COLOR', false),
  forceColor: setting('ANSIBLE_FORCE_COLOR', 'boolean', 'force_color', 'ANSIBLE_FORCE_COLOR', false),
  logPath: setting('DEFAULT_LOG_PATH', 'path', 'log_path', 'ANSIBLE_LOG_PATH', null),
  displaySkippedHosts: setting(
    'DISPLAY_SKIPPED_HOSTS',
    'boolean',
    'display_skipped_hosts',
    'ANSIBLE_DISPLAY_SKIPPED_HOSTS',
    true,
  ),
  displayOkHosts: setting('DISPLAY_OK_HOSTS', 'boolean', 'display_ok_hosts', 'ANSIBLE_DISPLAY_OK_HOSTS', true),
  callbackResultFormat: setting(
    'CALLBACK_RESULT_FORMAT',
    'string',
    'callback_result_format',
    'ANSIBLE_CALLBACK_RESULT_FORMAT',
    'json',
  ),
  deprecationWarnings: setting(
    'DEPRECATION_WARNINGS',
    'boolean',
    'deprecation_warnings',
    'ANSIBLE_DEPRECATION_WARNINGS',
    true,
  ),
  systemWarnings: setting('SYSTEM_WARNINGS', 'boolean', 'system_warnings', 'ANSIBLE_SYSTEM_WARNINGS', true),
  localhostWarning: setting('LOCALHOST_WARNING', 'boolean', 'localhost_warning', 'ANSIBLE_LOCALHOST_WARNING', true),
  retryFilesEnabled: setting(
    'RETRY_FILES_ENABLED',
    'boolean',
    'retry_files_enabled',
    'ANSIBLE_RETRY_FILES_ENABLED',
    false,
  ),
  retryFilesSavePath: setting(
    'RETRY_FILES_SAVE_PATH',
    'path',
    'retry_files_save_path',
    'ANSIBLE_RETRY_FILES_SAVE_PATH',
    null,
  ),
  inventoryIgnoreExtensions: setting(
    'INVENTORY_IGNORE_EXTS',
    'list',
    [
      ['defaults', 'inventory_ignore_extensions'],
      ['inventory', 'ignore_extensions'],
    ],
    'ANSIBLE_INVENTORY_IGNORE',
    ['.pyc', '.pyo', '.swp', '.bak', '~', '.rpm', '.md', '.txt', '.rst', '.orig', '.ini', '.cfg', '.retry'],
  ),
  inventoryIgnorePatterns: setting(
    'INVENTORY_IGNORE_PATTERNS',
    'list',
    [
      ['defaults', 'inventory_ignore_patterns'],
      ['inventory', 'ignore_patterns'],
    ],
    'ANSIBLE_INVENTORY_IGNORE_REGEX',
    [],
  ),
  inventoryUnparsedFailed: setting(
    'INVENTORY_UNPARSED_IS_FAILED',
    'boolean',
    [['inventory', 'unparsed_is_failed']],
    'ANSIBLE_INVENTORY_UNPARSED_FAILED',
    false,
  ),
  inventoryAnyUnparsedFailed: setting(
    'INVENTORY_ANY_UNPARSED_IS_FAILED',
    'boolean',
    [['inventory', 'any_unparsed_is_failed']],
    'ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED',
    false,
  ),
  hostPatternMismatch: setting(
    'HOST_PATTERN_MISMATCH',
    'string',
    [['inventory', 'host_pattern_mismatch']],
    'ANSIBLE_HOST_PATTERN_MISMATCH',
    'warning',
  ),
  playbookVarsRoot: setting('PLAYBOOK_VARS_ROOT', 'string', 'playbook_vars_root', 'ANSIBLE_PLAYBOOK_VARS_ROOT', 'top'),
} as const satisfies Record<string, Setting>;

/** Settings that are read for `lookup('config')` but change nothing here, with the reason that the warning gives. */
export const LOOKUP_ONLY: Readonly<Partial<Record<keyof typeof SETTINGS, string>>> = {
  home: 'nothing is kept there',
  sshExecutable: 'connection openssh runs ssh of the PATH',
  sshRetries: 'a lost connection is one unreachable host',
  remoteTmp: 'a private folder is made below /tmp',
  factCaching: 'facts live as long as the run',
  factCachingConnection: 'facts live as long as the run',
  factCachingPrefix: 'facts live as long as the run',
  factCachingTimeout: 'facts live as long as the run',
  errorOnUndefinedVars: 'an undefined variable is always an error',
  diffContext: 'three lines around a change are shown',
  callbackResultFormat: 'results are shown as JSON',
  deprecationWarnings: 'there are no deprecation warnings',
  systemWarnings: 'there are no system warnings',
  localhostWarning: 'the warning is always given',
  retryFilesEnabled: 'no retry files are written; the recap names the failed hosts',
  retryFilesSavePath: 'no retry files are written',
  inventoryIgnoreExtensions: 'the default list is used',
  inventoryIgnorePatterns: 'the default list is used',
  hostPatternMismatch: 'a pattern that matches nothing is warned of',
  playbookVarsRoot: 'group_vars and host_vars are those beside the playbook',
};

/** Settings of Ansible that have no meaning here, with the reason that the warning gives. */
export const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  pipelining: 'every task is one round trip already',
  stdout_callback: 'toa-play has its own screen; see --json',
  callbacks_enabled: 'there are no callback plugins',
  callback_whitelist: 'there are no callback plugins',
  interpreter_python: 'targets need no Python',
  control_path: 'one connection a host is kept open',
  control_path_dir: 'one connection a host is kept open',
  scp_if_ssh: 'files travel by the open connection',
  transfer_method: 'files travel by the open connection',
  nocows: 'there are no cows',
};
