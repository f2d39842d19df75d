import { ToaError } from '../../base/errors.ts';
import { failure, type ModuleResult } from '../../base/result.ts';
import { formatSpan, type Span } from '../../base/span.ts';

/** Errors that mean: the host could not be reached, or the connection broke in the middle. */
const UNREACHABLE =
  /^E_(?:UNREACHABLE|CONNECTION_|CONNECT_|HOST_KEY|AUTH$|AUTH_|KEY_FILE|KEY_PASSPHRASE|CHANNEL$|SHELL$|SSH_)/;

/** The text for `msg`: what is wrong and where. */
export function describe(error: ToaError, fallback?: Span): string {
  const span = error.details.span ?? fallback;
  const chain = (error.details.chain ?? []).map((link) => `\n  via ${link}`).join('');
  return span ? `${error.message}\n  at ${formatSpan(span)}${chain}` : `${error.message}${chain}`;
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
  return failure(describe(error, span), { code, remedy: details.remedy, _toa_span: details.span ?? span });
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
