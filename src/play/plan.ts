import type { Span } from '../base/span.ts';
import type { Dict, TemplateText, Value } from '../base/value.ts';

/** A condition as written: an expression, or a YAML boolean. */
export type Condition = TemplateText | boolean;

/**
 * Keywords that plays, roles, blocks and tasks share. All are raw: they may hold TemplateText and are rendered by the
 * engine for each host. Absent means "ask the parent". See
 * https://docs.ansible.com/ansible-core/2.14/reference_appendices/playbooks_keywords.html
 */
export interface Keywords {
  anyErrorsFatal?: Value;
  become?: Value;
  becomeUser?: Value;
  becomeMethod?: Value;
  becomeFlags?: Value;
  becomeExe?: Value;
  checkMode?: Value;
  connection?: Value;
  debugger?: Value;
  diff?: Value;
  /** A list of dicts or templates that give dicts, own ones only. */
  environment?: Value[];
  ignoreErrors?: Value;
  ignoreUnreachable?: Value;
  /** Own module_defaults, innermost layer. */
  moduleDefaults?: Value[];
  noLog?: Value;
  port?: Value;
  remoteUser?: Value;
  runOnce?: Value;
  throttle?: Value;
  timeout?: Value;
  /** Own tags only; `effectiveTags` adds those of the parents. */
  tags?: Value[];
  /** Own conditions only; a task's full condition is its parents' and then its own. */
  when?: Condition[];
  vars?: Dict;
  delegateTo?: Value;
  delegateFacts?: Value;
}

/** What every node of the plan has. */
interface NodeBase extends Keywords {
  /** As written; may hold TemplateText. */
  readonly name?: Value;
  readonly span: Span;
  /** The block (or, through it, role or play) around this node. Keywords are inherited along this chain. */
  parent: Parent;
  /** The role that this node came from. */
  readonly role?: RoleRef;
}

/** What can stand above a task: a block, an include/import/role frame (an implicit Block), or the play. */
export type Parent = Block | Play;

export interface Task extends NodeBase {
  readonly kind: 'task';
  /** Unique in the run, in the order of parsing. */
  readonly id: number;
  /** Canonical verb name: `copy` for `ansible.builtin.copy`. */
  readonly action: string;
  /** As written in the playbook, e.g. `ansible.builtin.copy`. */
  readonly actionAsWritten: string;
  readonly actionSpan: Span;
  /** Raw arguments; `_raw_params` holds free-form text. A TemplateText when `args:` is one template. */
  readonly args: Dict | TemplateText;
  readonly argSpans: ReadonlyMap<string, Span>;
  readonly loop?: Loop;
  readonly loopControl?: LoopControl;
  readonly register?: string;
  readonly notify?: Value[];
  /** Handlers only. */
  readonly listen?: Value[];
  readonly until?: Condition[];
  readonly retries?: Value;
  readonly delay?: Value;
  readonly changedWhen?: Condition[];
  readonly failedWhen?: Condition[];
  readonly async?: Value;
  readonly poll?: Value;
  readonly isHandler: boolean;
  /** For include_tasks / include_role / import_role `apply:` and kin: keywords put on what is included. */
  readonly apply?: Keywords;
  /** The folder of the file that holds this task: where relative files and includes are looked for. */
  readonly folder: string;
}

export interface Block extends NodeBase {
  readonly kind: 'block';
  readonly id: number;
  /** True for a block that a user did not write: the frame of an import, include or role. */
  readonly implicit: boolean;
  /** `vars:` of the include_tasks or include_role that made this frame: stronger than set_fact and registered results. */
  readonly includeParams?: Dict;
  tasks: Node[];
  rescue: Node[];
  always: Node[];
}

export type Node = Task | Block;

/** `loop:` or `with_<lookup>:`. */
export interface Loop {
  /** `loop`, or the lookup's name for `with_*`. */
  readonly kind: string;
  readonly value: Value;
  readonly span: Span;
}

export interface LoopControl {
  readonly loopVar?: Value;
  readonly indexVar?: Value;
  readonly label?: Value;
  readonly pause?: Value;
  readonly extended?: Value;
  readonly extendedAllitems?: Value;
}

/** A role as used once: its files and the variables that its use brings. */
export interface RoleRef {
  readonly name: string;
  readonly path: string;
  /** defaults/main (or defaults_from), raw. */
  readonly defaults: Dict;
  /** vars/main (or vars_from), raw. */
  readonly vars: Dict;
  /** Parameters given where the role is used. */
  readonly params: Dict;
  readonly dependencies: readonly RoleRef[];
  /** Roles whose use led here, outermost first, for `role:` name lookups and ansible_parent_role_names. */
  readonly parents: readonly RoleRef[];
  /** Those of the parents that included or imported this role (or the one that it is a dependency of); absent: all. */
  readonly includers?: readonly RoleRef[];
  readonly isPublic: boolean;
  readonly handlers: Node[];
  /** meta/argument_specs.yml `argument_specs`, raw, by entry point. */
  readonly argumentSpecs?: Dict;
  readonly allowDuplicates: boolean;
}

export interface Play extends Keywords {
  readonly kind: 'play';
  readonly id: number;
  readonly name?: Value;
  readonly span: Span;
  readonly file: string;
  readonly folder: string;
  readonly hosts: Value;
  readonly gatherFacts?: Value;
  readonly gatherSubset?: Value;
  readonly gatherTimeout?: Value;
  readonly factPath?: Value;
  readonly strategy?: Value;
  readonly serial?: Value;
  readonly order?: Value;
  readonly maxFailPercentage?: Value;
  readonly forceHandlers?: Value;
  readonly varsFiles: Value[];
  readonly varsPrompt: VarsPrompt[];
  /** Roles of `roles:` and their dependencies, in order; public ones' vars are seen by the whole play. */
  readonly roles: RoleRef[];
  /** Names of the roles that `roles:` and imports ask for, repeats included. */
  readonly roleNames: string[];
  readonly preTasks: Node[];
  /** Role tasks (each role an implicit Block with `role`), then `tasks`. */
  readonly roleTasks: Node[];
  readonly tasks: Node[];
  readonly postTasks: Node[];
  /** The play's handlers first, then the roles'. */
  readonly handlers: Node[];
}

export interface VarsPrompt {
  readonly name: string;
  readonly prompt?: Value;
  readonly default?: Value;
  readonly private: boolean;
  readonly confirm: boolean;
  readonly encrypt?: Value;
  readonly salt?: Value;
  readonly saltSize?: Value;
  readonly unsafe: boolean;
}

export interface Plan {
  readonly plays: Play[];
}

/** What the parser needs to know of the verbs; src/cli builds it from tasks/. */
export interface VerbCatalog {
  /** Canonical name, or undefined for a verb we do not have. Accepts FQCNs and aliases. */
  canonical(name: string): string | undefined;
  names(): Iterable<string>;
  /** The verb takes free-form text (`command: ls -l`). */
  freeForm(canonical: string): boolean;
  /** Argument names with aliases, or undefined when any are taken (set_fact, include_vars...). */
  argumentNames(canonical: string): ReadonlySet<string> | undefined;
  /** Whether Ansible's action looks at no other arguments (fetch): they are warned of, and ignored. */
  ignoresOthers?(canonical: string): boolean;
  /** Whether Ansible or a public collection has it: such a task fails when it is reached, and not the run at its start. */
  existsInAnsible?(what: 'verb' | 'lookup', name: string): boolean;
  /** The same of an argument of one of our verbs. */
  argumentExistsInAnsible?(canonical: string, argument: string): boolean;
  /** A remedy for a verb that we do not have: the nearest of ours, or why there is none. */
  adviceFor(name: string): string;
}

/** The nearest own value of a keyword along the parents, innermost first. */
export function inherited<K extends keyof Keywords>(node: Task | Block | Play, key: K): Keywords[K] | undefined {
  let at: Task | Block | Play | undefined = node;
  while (at) {
    if (at[key] !== undefined) return at[key];
    at = at.kind === 'play' ? undefined : at.parent;
  }
  return undefined;
}

/** Own values of a keyword from the play down to the node, outermost first. */
export function collected<K extends keyof Keywords>(node: Task | Block | Play, key: K): NonNullable<Keywords[K]>[] {
  const out: NonNullable<Keywords[K]>[] = [];
  let at: Task | Block | Play | undefined = node;
  while (at) {
    const value = at[key];
    if (value !== undefined) out.unshift(value as NonNullable<Keywords[K]>);
    at = at.kind === 'play' ? undefined : at.parent;
  }
  return out;
}
