/** What the arguments say of one entry of a list. */
export interface AclArguments {
  readonly entry?: string;
  readonly entity: string;
  readonly etype?: string;
  readonly permissions?: string;
  readonly state: 'absent' | 'present' | 'query';
  readonly recursive: boolean;
  readonly recalculate_mask: string;
  readonly default: boolean;
}

export interface Entry {
  /** As setfacl takes it: `user:games:r`. */
  readonly text: string;
  /** For what is made in the folder later. */
  readonly isDefault: boolean;
}

const TYPES = ['user', 'group', 'mask', 'other'];

/** What is wrong with the arguments, in Ansible's words where it has some. */
export function objection(given: AclArguments): string | undefined {
  const { entry, state, entity, etype, permissions } = given;
  if (state === 'query') {
    if (given.recursive) return "'recursive' MUST NOT be set when 'state=query'.";
    if (given.recalculate_mask !== 'default')
      return "'recalculate_mask' MUST NOT be set to 'mask' or 'no_mask' when 'state=query'.";
  }
  if (!entry) {
    if (state === 'query') return undefined;
    if (etype === undefined) {
      return state === 'absent' && !entity
        ? "'entity' MUST be set when 'state=absent'."
        : `'etype' MUST be set when 'state=${state}'.`;
    }
    return state === 'absent' && !entity && (etype === 'user' || etype === 'group')
      ? "'entity' MUST be set when 'state=absent'."
      : odd(entity, permissions ?? '');
  }
  if (state === 'query') return "'entry' MUST NOT be set when 'state=query'.";
  if (etype !== undefined || entity || permissions !== undefined)
    return "'entry' MUST NOT be set when 'entity', 'etype' or 'permissions' are set.";
  return entryObjection(entry, state);
}

function entryObjection(entry: string, state: 'absent' | 'present'): string | undefined {
  const [least, most] = state === 'present' ? [3, 4] : [2, 3];
  const parts = entry.split(':');
  if (parts.length < least || parts.length > most)
    return `'entry' MUST have ${least} or ${most} sections divided by ':' when 'state=${state}'.`;
  const type = typeOf(isDefaultEntry(parts) ? parts[1] : parts[0]);
  return type === undefined ? `'${entry}' is no entry of an access control list` : odd(...parts);
}

/** setfacl takes several entries in one text: what stands in one is none of it. */
function odd(...texts: readonly string[]): string | undefined {
  const text = texts.find((one) => /[\s,:]/.test(one));
  return text === undefined ? undefined : `'${text}' cannot stand in an entry of an access control list`;
}

const typeOf = (word = ''): string | undefined =>
  word === '' ? undefined : TYPES.find((type) => type.startsWith(word));

/** `default:` in front, or a part of that word. */
const isDefaultEntry = (parts: readonly string[]): boolean =>
  parts.length > 2 && parts[0] !== '' && 'default'.startsWith(parts[0]);

/** The entry that `entry`, or `etype`, `entity` and `permissions` make; for `absent` without permissions. */
export function entryOf(given: AclArguments): Entry {
  const isAbsent = given.state === 'absent';
  if (!given.entry) {
    const parts = [given.etype ?? '', given.entity, ...(isAbsent ? [] : [given.permissions ?? ''])];
    return { text: parts.join(':'), isDefault: given.default };
  }
  const all = given.entry.split(':');
  const isDefault = isDefaultEntry(all);
  const [type, entity, permissions = ''] = isDefault ? all.slice(1) : all;
  const text = [typeOf(type), entity, ...(isAbsent ? [] : [permissions])].join(':');
  return { text, isDefault: isDefault || given.default };
}
