import { type Setting, setting } from './setting.ts';

/** What is shown. */
export const SCREEN_SETTINGS = {
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
} as const satisfies Record<string, Setting>;
