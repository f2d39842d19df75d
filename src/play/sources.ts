/**
 * What src/play may ask of the world; src/cli gives it. Parsing stays pure and can be tested without files.
 * Paths are absolute.
 */
export interface Sources {
  /** The text of a file, or undefined when it does not exist. Throws ToaError E_FILE_READ when it cannot be read. */
  read(path: string): Uint8Array | undefined;
  kind(path: string): 'file' | 'executable' | 'directory' | undefined;
  /** Names in a folder, sorted; an empty list when there is no such folder. */
  list(path: string): string[];
  /** Runs a program (inventory script, vault password script) and gives its output. */
  run(command: string, args: readonly string[]): { rc: number; stdout: string; stderr: string };
  /** Asks the person at the terminal; undefined without a terminal. */
  prompt(question: string, options: { secret: boolean; confirm: boolean }): Promise<string | undefined>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  now(): Date;
  warn(message: string): void;
}
