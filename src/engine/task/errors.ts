import { ToaError } from '../../base/errors.ts';
import { failure, type ModuleResult } from '../../base/result.ts';
import type { Span } from '../../base/span.ts';

/** Errors that mean: the host could not be reached, or the connection broke in the middle. */
const UNREACHABLE =
  /^E_(?:UNREACHABLE|CONNECTION_|CONNECT_|HOST_KEY|AUTH$|AUTH_|KEY_FILE|KEY_PASSPHRASE|CHANNEL$|SHELL$|SSH_)/;

/** Where an error arose, for the report; it is no part of `msg`, which playbooks read. */
export function placeOf(error: ToaError, fallback?: Span): Partial<ModuleResult> {
  const { span = fallback, chain } = error.details;
  return { ...(span ? { _toa_span: span } : {}), ...(chain ? { _toa_chain: chain } : {}) };
}

/**
 * The result of a host for an error of a verb, a template or the connection: a value, so that other hosts go on.
 * Anything but a ToaError is a bug of ours and says so.
 */
export function resultOfError(error: unknown, span: Span): ModuleResult {
  if (!(error instanceof ToaError)) return bug(error);
  const { code, details } = error;
  if (UNREACHABLE.test(code))
    return { unreachable: true, changed: false, msg: error.message, code, remedy: details.remedy };
  return failure(error.message, { code, remedy: details.remedy, ...placeOf(error, span) });
}

function bug(error: unknown): ModuleResult {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return failure(`Unexpected failure during module execution: ${message}`, {
    code: 'E_BUG',
    exception: stack,
    remedy: 'this is a bug of toa-play: please report it with the log of -vvv',
  });
}

/** Adds to an error what was being done, in Ansible's words. */
export function inContext(error: unknown, prefix: string): unknown {
  if (!(error instanceof ToaError)) return error;
  return new ToaError(error.code, `${prefix}${error.message}`, error.details);
}

export function isUndefinedError(error: unknown): boolean {
  return error instanceof ToaError && error.code.includes('UNDEFINED');
}
