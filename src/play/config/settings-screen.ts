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
  displayFailedStderr: setting(
    'DISPLAY_FAILED_STDERR',
    'boolean',
    'display_failed_stderr',
    'ANSIBLE_DISPLAY_FAILED_STDERR',
    false,
  ),
  showCustomStats: setting('SHOW_CUSTOM_STATS', 'boolean', 'show_custom_stats', 'ANSIBLE_SHOW_CUSTOM_STATS', false),
  showPerHostStart: setting(
    'SHOW_PER_HOST_START',
    'boolean',
    'show_per_host_start',
    'ANSIBLE_SHOW_PER_HOST_START',
    false,
  ),
  showTaskPathOnFailure: setting(
    'SHOW_TASK_PATH_ON_FAILURE',
    'boolean',
    'show_task_path_on_failure',
    'ANSIBLE_SHOW_TASK_PATH_ON_FAILURE',
    false,
  ),
  checkModeMarkers: setting('CHECK_MODE_MARKERS', 'boolean', 'check_mode_markers', 'ANSIBLE_CHECK_MODE_MARKERS', false),
  stdoutCallback: setting('DEFAULT_STDOUT_CALLBACK', 'string', 'stdout_callback', 'ANSIBLE_STDOUT_CALLBACK', 'default'),
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
