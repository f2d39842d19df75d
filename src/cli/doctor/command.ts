import { formatError, ToaError } from '../../base/errors.ts';
import { readLine } from '../failures.ts';
import { writeOutput } from '../output.ts';
import { parse } from '../parse.ts';
import { lookingCommand, runFlags } from '../options.ts';
import { dirname } from 'node:path';
import { hostSelection, loadContext, openWorld, playbookPath, variablesFor } from '../world/world.ts';
import { connectionProblems, hostLines, inventoryProblems } from './inventory.ts';
import { survey } from './survey.ts';

function summary(problems: readonly ToaError[], files: number, hosts: number): string {
  const kinds = new Map<string, number>();
  for (const { code } of problems) kinds.set(code, (kinds.get(code) ?? 0) + 1);
  const counts = [...kinds].map(([code, count]) => `${count} ${code}`).join(', ');
  const found = problems.length === 0 ? 'nothing that is not supported' : `${problems.length} problems: ${counts}`;
  return `${files} files, ${hosts} hosts: ${found}`;
}

/**
 * `toa-play doctor PLAYBOOK... -i hosts`: everything that a run could not do, in one go; touches no host.
 * Returns 0, or 1 when something was found.
 */
export async function doctorCommand(args: string[]): Promise<number> {
  const command = lookingCommand('doctor')
    .usage('[options] PLAYBOOK...')
    .description('Reads playbooks, roles, templates and inventory and lists what is not supported. Touches nothing.')
    .argument('[playbooks...]');
  parse(command, args);
  if (command.args.length === 0) {
    throw new ToaError('E_USAGE', 'name at least one playbook', { remedy: 'toa-play doctor site.yml -i hosts' });
  }
  const world = await openWorld(runFlags(command.opts()));
  const playbooks = command.args.map((name) => playbookPath(world, name));
  const found = survey(playbooks, loadContext(world));
  const variables = variablesFor(world, dirname(playbooks[0]));
  const problems = [...found.problems, ...inventoryProblems(world), ...connectionProblems(world, variables)];
  const lines = [
    ...problems.map((problem) => `${formatError(problem, readLine)}\n`),
    ...hostLines(found.plays, world, variables, hostSelection(world)),
    summary(problems, found.files, world.inventory.hosts.size),
  ];
  writeOutput(`${lines.join('\n')}\n`);
  return problems.length === 0 ? 0 : 1;
}
