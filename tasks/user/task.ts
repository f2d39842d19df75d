import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { type Reply, remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    name: args.str(),
    state: args.choice(['present', 'absent']).default('present'),
    uid: args.int().optional(),
    comment: args.str().optional(),
    group: args.str().optional(),
    groups: args.list(args.str()).optional(),
    append: args.bool().default(false),
    home: args.path().optional(),
    shell: args.str().optional(),
    password: args.str().optional(),
    password_lock: args.bool().optional(),
    password_expire_max: args.int().optional(),
    password_expire_min: args.int().optional(),
    password_expire_warn: args.int().optional(),
    update_password: args.choice(['always', 'on_create']).default('always'),
    create_home: args.bool().default(true),
    move_home: args.bool().default(false),
    skeleton: args.path().optional(),
    umask: args.str().optional(),
    system: args.bool().default(false),
    force: args.bool().default(false),
    remove: args.bool().default(false),
    non_unique: args.bool().default(false),
    local: args.bool().default(false),
    expires: args.float().optional(),
    generate_ssh_key: args.bool().default(false),
    ssh_key_bits: args.int().optional(),
    ssh_key_type: args.str().default('rsa'),
    ssh_key_file: args.path().optional(),
    ssh_key_comment: args.str().optional(),
    ssh_key_passphrase: args.str().optional(),
  });
type UserArgs = z.output<ReturnType<typeof schema>>;

const DAY_SECONDS = 86_400;

function objection(given: UserArgs): string | undefined {
  if (!/^[^-:,\s/][^:,\s/]*$/.test(given.name)) return `'${given.name}' is not a valid user name`;
  if (given.ssh_key_passphrase !== undefined)
    return 'ssh_key_passphrase is not supported: make the key with command and ssh-keygen';
  if (given.non_unique && given.uid === undefined) return "missing parameter(s) required by 'non_unique': uid";
  if (given.append && given.groups === undefined)
    return "'append' is set, but no 'groups' are specified. Use 'groups' for appending new groups.";
  if (given.local && (given.groups ?? []).length > 0 && !given.append) return undefined;
  const texts = [given.comment, given.home, given.shell, given.password, given.skeleton];
  return texts.some((text) => /[:\n]/.test(text ?? ''))
    ? 'comment, home, shell, password and skeleton hold no colon or line break'
    : undefined;
}

/** `YYYY-MM-DD` and the days since 1970 of a time; both empty for a negative one, which takes the expiry away. */
function expiry(seconds: number | undefined): { expires_date: string; expires_days: string } {
  if (seconds === undefined || seconds < 0) return { expires_date: '', expires_days: '' };
  const date = new Date(seconds * 1000).toISOString().slice(0, 10);
  return { expires_date: date, expires_days: String(Math.floor(seconds / DAY_SECONDS)) };
}

function resultOf(given: UserArgs, reply: Reply & { ok: true }): ModuleResult {
  const { said } = reply;
  const { name, state } = given;
  const base: ModuleResult = { changed: said.is('changed'), name, state };
  if (state === 'absent') return said.is('changed') ? { ...base, force: given.force, remove: given.remove } : base;
  const isNew = said.is('created');
  const asked = {
    ...(isNew
      ? { system: given.system, create_home: given.create_home }
      : { append: given.append, move_home: given.move_home }),
    ...(given.groups ? { groups: given.groups.join(',') } : {}),
    ...(given.password === undefined ? {} : { password: 'NOT_LOGGING_PASSWORD' }),
  };
  const entry = said.get('entry');
  if (!entry) return { ...base, ...asked };
  const [, , uid, gid, comment, home, shell] = entry.split(':');
  const key = ['ssh_key_file', 'ssh_public_key', 'ssh_fingerprint'].flatMap((field) => {
    const value = said.get(field);
    return value === undefined ? [] : [[field, value] as const];
  });
  return { ...base, ...asked, uid: Number(uid), group: Number(gid), comment, home, shell, ...Object.fromEntries(key) };
}

export const verb = defineVerb({
  name: 'user',
  summary: 'Makes sure that an account exists with given properties, or does not',
  args: schema,
  argAliases: { user: 'name', createhome: 'create_home' },
  beyond: [],
  check: 'full',
  diff: false,
  async run(given, context) {
    const wrong = objection(given);
    if (wrong !== undefined) return failure(wrong, { name: given.name });
    const { name, groups, password_lock, ...rest } = given;
    if (given.password !== undefined && !/^(\$|[!*x]|_|.{13}$)/.test(given.password) && given.password !== '') {
      context.warn(
        "The input password appears not to have been hashed. The 'password' argument must be encrypted for this module to work properly.",
      );
    }
    const reply = await remote(context, {
      verb: 'user',
      pipelined: true,
      vars: {
        ...rest,
        name,
        groups: groups?.join(','),
        ...expiry(given.expires),
        password_lock: password_lock === undefined ? '' : password_lock ? 'yes' : 'no',
        ssh_key_comment: given.ssh_key_comment ?? `ansible-generated on ${context.host}`,
        given: Object.entries(given)
          .filter(([, value]) => value !== undefined)
          .map(([key]) => key)
          .join(' '),
      },
    });
    if (!reply.ok) return { ...reply.failed, name };
    return resultOf(given, reply);
  },
});
