import { posix } from 'node:path';
import { type ErrorCode, ToaError, type ErrorDetails } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import type { Value } from '../../base/value.ts';
import type { LoadContext } from '../contract.ts';
import type { Block, Parent, Play, RoleRef } from '../plan.ts';
import { Files } from './files.ts';
import { Problems } from './problems.ts';

/** Where a list of tasks stands: what its tasks inherit and where its files are. */
export interface Place {
  readonly parent: Parent;
  readonly role?: RoleRef;
  readonly isHandler: boolean;
  /** Folder of the file that is being read. */
  readonly folder: string;
}

/** Roles loaded in a play, by name and use; a use that repeats shares its RoleRef. */
export type RoleCache = Map<string, RoleRef>;

const files = new WeakMap<LoadContext, Files>();
const roles = new WeakMap<Play, RoleCache>();
const notifies = new WeakMap<Block, Value[]>();

/** The state of one loading: a playbook, a file of tasks or a role. */
export class Loading {
  readonly context: LoadContext;
  readonly files: Files;
  readonly problems = new Problems();
  /** Files and roles that are being read, outermost first, to find cycles and to tell the way. */
  readonly chain: string[] = [];
  /** Told of an imported role, so that its handlers and variables reach the play. */
  imported: (role: RoleRef) => void = () => undefined;

  constructor(context: LoadContext) {
    this.context = context;
    const known = files.get(context) ?? new Files(context);
    files.set(context, known);
    this.files = known;
  }

  error(code: ErrorCode, message: string, span: Span, remedy?: string, more: ErrorDetails = {}): ToaError {
    const chain = this.chain.length > 1 ? this.chain.slice(0, -1) : undefined;
    return new ToaError(code, message, { span, sourceLine: this.files.sourceLine(span), remedy, chain, ...more });
  }

  fail(code: ErrorCode, message: string, span: Span, remedy?: string): never {
    throw this.error(code, message, span, remedy);
  }

  report(code: ErrorCode, message: string, span: Span, remedy?: string): void {
    this.problems.add(this.error(code, message, span, remedy));
  }

  /** Notes what Ansible has and we have not; false where that is a mistake as any other. */
  isMissing(what: string, error: ToaError): boolean {
    this.context.missing?.(what, error);
    return this.context.missing !== undefined;
  }

  /** Reads within a file or role; naming it again inside is a cycle. */
  within<T>(name: string, span: Span | undefined, cycle: string, read: () => T): T {
    if (this.chain.includes(name)) {
      throw this.error('E_PLAY_CYCLE', cycle, span ?? { file: name, line: 1, column: 1 }, 'break the circle');
    }
    this.chain.push(name);
    try {
      return read();
    } finally {
      this.chain.pop();
    }
  }
}

/** The play at the top of a chain of parents. */
export function playOf(parent: Parent): Play {
  let at: Parent = parent;
  while (at.kind !== 'play') at = at.parent;
  return at;
}

export function roleCache(play: Play): RoleCache {
  const cache = roles.get(play) ?? new Map<string, RoleRef>();
  roles.set(play, cache);
  return cache;
}

/** `notify` of a block counts for its tasks that have none of their own. */
export function setBlockNotify(block: Block, notify: Value[]): void {
  notifies.set(block, notify);
}

export function blockNotify(parent: Parent): Value[] | undefined {
  for (let at: Parent = parent; at.kind === 'block'; at = at.parent) {
    const found = notifies.get(at);
    if (found) return found;
  }
  return undefined;
}

/** An absolute, tidy path. */
export function resolvePath(folder: string, name: string): string {
  return posix.normalize(posix.isAbsolute(name) ? name : posix.join(folder, name));
}
