import type { Call, CallResult, Shell } from '../../src/host/contract.ts';

/**
 * A recorded shell, not a real one: it gives the recorded answers of hosts that cannot be had here (other kernels,
 * another vendor's module), in order. Uploads are only noted.
 */
export function recordedShell(
  answers: readonly (Partial<CallResult> & { stdout: string })[],
): Shell & { uploads: string[]; calls: Call[] } {
  const left = [...answers];
  const uploads: string[] = [];
  const calls: Call[] = [];
  return {
    user: 'root',
    uploads,
    calls,
    call: async (call) => {
      calls.push(call);
      const answer = left.shift();
      if (!answer) throw new Error(`no answer was recorded for the call of ${call.fn}`);
      return { rc: 0, stderr: '', stdoutBytes: Buffer.from(answer.stdout), ...answer };
    },
    upload: async (source) => {
      uploads.push('path' in source ? source.path : 'data');
      return '/recorded/upload';
    },
    download: () => Promise.reject(new Error('not recorded')),
    downloadTo: () => Promise.reject(new Error('not recorded')),
    scratch: async () => '/recorded',
  };
}
