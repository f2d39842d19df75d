import type { ToaError } from '../../base/errors.ts';
import { formatSpan } from '../../base/span.ts';

interface Use {
  readonly what: string;
  readonly places: Set<string>;
}

/**
 * What Ansible has and we have not, of one run. What the playbooks say is warned of once, before the first host; what a
 * file says that is included while the run goes on, when that file is read.
 */
export class Missing {
  private readonly uses = new Map<string, Use>();
  private readonly warn: (message: string) => void;
  private isTold = false;

  constructor(warn: (message: string) => void) {
    this.warn = warn;
  }

  /** For `LoadContext.missing`. */
  readonly note = (what: string, error: ToaError): void => {
    const known = this.uses.get(what);
    const use = known ?? { what, places: new Set() };
    this.uses.set(what, use);
    use.places.add(error.details.span ? formatSpan(error.details.span) : '');
    if (this.isTold && !known) this.warn(text([use]));
  };

  tell(): void {
    this.isTold = true;
    if (this.uses.size > 0) this.warn(text([...this.uses.values()]));
  }
}

function text(uses: readonly Use[]): string {
  const count = uses.reduce((sum, { places }) => sum + places.size, 0);
  const lines = [...uses]
    .sort((a, b) => b.places.size - a.places.size || a.what.localeCompare(b.what))
    .map(({ what, places: [first, ...others] }) => {
      return `  ${what}: ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`;
    });
  const head =
    count === 1
      ? 'Ansible has what this task uses, toa-play has not; it fails if it is reached'
      : `Ansible has what ${count} tasks use, toa-play has not; each fails if it is reached`;
  return [`${head} (\`toa-play doctor\` lists all, with what to use instead):`, ...lines].join('\n');
}
