/** Signals by number (Linux), with the words of C libraries, which shells print when one ends a program. */
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [1, 'Hangup'],
  [3, 'Quit'],
  [4, 'Illegal instruction'],
  [5, 'Trace/breakpoint trap'],
  [6, 'Aborted'],
  [7, 'Bus error'],
  [8, 'Floating point exception|Arithmetic exception'],
  [9, 'Killed'],
  [10, 'User defined signal 1'],
  [11, 'Segmentation fault'],
  [12, 'User defined signal 2'],
  [14, 'Alarm clock'],
  [15, 'Terminated'],
]);

const SHELL = /^(?:.*\/)?(?:ba|da|a|k|z)?sh$/;

/** Whether a shell runs the text by going over into the one program that it names. */
function isOneCommand(text: string): boolean {
  return !/[;&|\n(){}`]/.test(text.trim());
}

function isDirect(line: { readonly words: readonly string[] } | { readonly text: string }): boolean {
  if ('text' in line) return isOneCommand(line.text);
  const [program = '', option, script = ''] = line.words;
  return !SHELL.test(program) || (option === '-c' && isOneCommand(script));
}

/**
 * What a program left that a signal ended: Ansible's `rc` is minus the signal, and what the shell of our connection said
 * of it is no part of the program's output. A shell tells only by words, and a script that a signal ended inside leaves the
 * same: so the words count where the command line is one program, and bash's, which name the call, always.
 * @returns undefined when no signal ended it
 */
export function endedBySignal(
  line: { readonly words: readonly string[] } | { readonly text: string },
  { rc, stderr }: { readonly rc: number; readonly stderr: string },
): { readonly rc: number; readonly stderr: string } | undefined {
  const words = SIGNALS.get(rc - 128);
  if (words === undefined) return undefined;
  const said = `(?:${words})(?: \\(core dumped\\))?`;
  const bash = new RegExp(`[^\\n]*: line \\d+: +\\d+ ${said} +\\( chdir=[\\s\\S]*toa_command_[\\s\\S]*\\n$`).exec(
    stderr,
  );
  const plain = bash === null && isDirect(line) ? new RegExp(`${said}\\n$`).exec(stderr) : null;
  const found = bash ?? plain;
  return found === null ? undefined : { rc: 128 - rc, stderr: stderr.slice(0, found.index) };
}
