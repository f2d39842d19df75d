import { readFileSync } from 'node:fs';
import { ToaError } from '../base/errors.ts';
import type { RunSettings } from '../engine/options.ts';
import { type TargetDefaults, transportOf } from '../host/target.ts';
import { personAtTerminal } from './world/person.ts';
import { ask } from './world/sources.ts';
import type { World } from './world/world.ts';

/**
 * Without -f and `forks` all hosts work at one time: they wait for the network and for themselves, not for us. How many
 * connections open at once is found in src/transport.
 */
const ALL_HOSTS = Number.MAX_SAFE_INTEGER;

async function secret(file: string | undefined, wanted: boolean, question: string): Promise<string | undefined> {
  if (file) {
    try {
      return readFileSync(file, 'utf8').replace(/\n$/, '');
    } catch (error) {
      throw new ToaError('E_PASSWORD_FILE', `cannot read the password file ${file}: ${(error as Error).message}`, {
        remedy: 'check the path and its permissions',
      });
    }
  }
  if (!wanted) return undefined;
  const answer = await ask(question, { secret: true });
  if (answer !== undefined) return answer;
  throw new ToaError('E_NO_TERMINAL', 'a password is to be asked for, but there is no terminal', {
    remedy: 'use --connection-password-file or --become-password-file, or a vault variable',
  });
}

/** How hosts are reached where no variable or keyword says more: flags, then the configuration. */
function targetDefaults(
  { flags, settings }: World,
  password: string | undefined,
  becomePassword: string | undefined,
): TargetDefaults {
  return {
    connection: flags.connection ?? settings.transport,
    user: flags.user ?? settings.remoteUser,
    port: settings.remotePort,
    password,
    privateKeyFile: flags.privateKey ?? settings.privateKeyFile,
    sshArgs: settings.sshArgs,
    sshCommonArgs: flags.sshCommonArgs ?? settings.sshCommonArgs,
    sshExtraArgs: flags.sshExtraArgs ?? settings.sshExtraArgs,
    hostKeyChecking: flags.acceptNew ? 'accept-new' : settings.hostKeyChecking,
    timeoutSeconds: flags.timeout ?? settings.timeout,
    connectRetries: settings.sshRetries,
    become: flags.become || settings.become,
    becomeUser: flags.becomeUser ?? settings.becomeUser,
    becomeMethod: flags.becomeMethod ?? settings.becomeMethod,
    becomeFlags: settings.becomeFlags,
    becomeExe: settings.becomeExe,
    becomePassword,
    person: personAtTerminal(flags),
  };
}

/** The passwords that -k and -K, or password files, give; an empty answer to -K means the SSH password. */
async function passwords({ flags, settings }: World): Promise<{ login?: string; become?: string }> {
  const loginFile = flags.connectionPasswordFile ?? settings.connectionPasswordFile;
  const login = await secret(loginFile, flags.askPass || settings.askPass, 'SSH password: ');
  const question = login === undefined ? 'BECOME password: ' : 'BECOME password[defaults to SSH password]: ';
  const becomeFile = flags.becomePasswordFile ?? settings.becomePasswordFile;
  const become = await secret(becomeFile, flags.askBecomePass || settings.becomeAskPass, question);
  return { login, become: become === '' ? login : become };
}

/** Settings of a run: flags first, then the configuration. Asks for passwords where -k or -K say so. */
export async function runSettings(world: World): Promise<RunSettings> {
  const { flags, settings, extraVars } = world;
  if (flags.connection !== undefined) transportOf('--connection', flags.connection);
  const { login, become } = await passwords(world);
  return {
    forks: flags.forks ?? (world.config.origins.forks === 'default' ? ALL_HOSTS : settings.forks),
    check: flags.check,
    diff: flags.diff || settings.diffAlways,
    verbosity: flags.verbose,
    // Ansible adds the flags to what the configuration says.
    tags: [...settings.runTags, ...flags.tags],
    skipTags: [...settings.skipTags, ...flags.skipTags],
    startAtTask: flags.startAtTask,
    step: flags.step,
    forceHandlers: flags.forceHandlers || settings.forceHandlers,
    anyErrorsFatal: settings.anyErrorsFatal,
    gathering: settings.gathering as RunSettings['gathering'],
    gatherSubset: settings.gatherSubset && [...settings.gatherSubset],
    strategy: settings.strategy,
    taskTimeoutSeconds: settings.taskTimeout,
    pollSeconds: settings.pollInterval,
    errorOnMissingHandler: settings.errorOnMissingHandler,
    lock: { waitSeconds: flags.wait, force: flags.takeLock },
    target: targetDefaults(world, login, become),
    extraVarNames: new Set([...extraVars.keys()].map(String)),
  };
}
