import { Command } from 'commander';
import { ToaError } from '../../base/errors.ts';
import { moduleCacheFolder } from '../../../tasks/shared/receiver/module-cache.ts';
import { writeOutput } from '../output.ts';
import { ours, parse } from '../parse.ts';
import { exportModules, fileSum, importModules } from './archive.ts';
import { cachedModules, type CachedModule, dropModules } from './store.ts';

const DAY = 86_400_000;
const days = (module: CachedModule): number => Math.floor((Date.now() - module.made) / DAY);

function list(modules: readonly CachedModule[]): string {
  const rows = modules.map((module) => [
    module.release || '?',
    module.builder,
    `${Math.ceil(module.bytes / 1024)} KiB`,
    `${days(module)} days`,
    module.path.replace(/^.*\/|\.ko$/g, ''),
  ]);
  const all = [['KERNEL', 'BUILDER', 'SIZE', 'AGE', 'KEY'], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function prune(options: { olderThan?: string; all?: boolean }): void {
  if (options.all !== true && !/^\d+$/.test(options.olderThan ?? ''))
    throw new ToaError('E_USAGE', 'cache prune: what is to go is not said', { remedy: '--older-than DAYS, or --all' });
  const gone = cachedModules().filter((module) => options.all === true || days(module) > Number(options.olderThan));
  dropModules(gone);
  writeOutput(`${gone.length} modules removed, ${cachedModules().length} left\n`);
}

async function give(file: string): Promise<void> {
  const modules = cachedModules();
  writeOutput(`${modules.length} modules in ${file}, SHA-256 ${await exportModules(modules, file)}\n`);
}

async function take(file: string, sum: string | undefined): Promise<void> {
  if (sum !== undefined && fileSum(file) !== sum)
    throw new ToaError('E_CACHE_ARCHIVE', `${file} does not have the SHA-256 that was given`, {
      remedy: 'carry the archive over again; nothing was taken from it',
    });
  const { taken, all } = await importModules(file);
  writeOutput(`${taken} of ${all} modules were new\n`);
}

/**
 * `toa-play cache ls|prune|export|import`: the modules that builders made, on the controller.
 * @param args the command line after `cache` @returns exit status
 */
export async function cacheCommand(args: string[]): Promise<number> {
  let work: Promise<void> | undefined;
  const program = ours(new Command('toa-play cache')).description(
    `The kernel modules that builders made (${moduleCacheFolder()}).`,
  );
  program
    .command('ls')
    .description('what is there')
    .action(() => writeOutput(`${list(cachedModules())}\n`));
  program
    .command('prune')
    .description('remove modules')
    .option('--older-than <days>', 'those that were made longer ago')
    .option('--all', 'all of them')
    .action(prune);
  program
    .command('export <file>')
    .description('write all of them to an archive, for a controller that no builder can reach')
    .action((file: string) => void (work = give(file)));
  program
    .command('import <file>')
    .description('take the modules of an archive: whoever made it decides what runs in your kernels')
    .option('--sha256 <sum>', 'what export said')
    .action((file: string, options: { sha256?: string }) => void (work = take(file, options.sha256)));
  parse(program, args);
  await work;
  return 0;
}
