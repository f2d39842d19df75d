import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A controller's home and folder of work, by which is seen what a run has changed. */
export class Canary {
  readonly home: string;
  readonly work: string;
  /** What only a successful attack makes. */
  readonly pwned: string;
  readonly tmp: string;
  readonly #root: string;
  readonly #before: Map<string, string>;

  constructor(root: string, pwned: string) {
    this.#root = root;
    this.pwned = pwned;
    this.home = join(root, 'home');
    this.work = join(root, 'work');
    this.tmp = join(root, 'tmp');
    const files = {
      'home/.ssh/config': 'Host *\n',
      'home/.ssh/id_canary': 'secret\n',
      'home/.profile': 'true\n',
      'home/deep/er/file': 'x\n',
      'work/ansible.cfg': '[defaults]\n',
      'work/small': 'a small file\n',
      'work/secret': 'only for the controller\n',
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), text, { mode: 0o600 });
    }
    mkdirSync(this.tmp);
    mkdirSync(join(this.work, 'fetched/liar'), { recursive: true });
    this.#before = this.#look();
  }

  /** Path -> mode and content, of all but the folder that `fetch` was told to fill. */
  #look(): Map<string, string> {
    const found = new Map<string, string>();
    const visit = (path: string): void => {
      const stat = lstatSync(path);
      const name = relative(this.#root, path);
      if (stat.isSymbolicLink()) found.set(name, `link ${readlinkSync(path)}`);
      else if (stat.isDirectory()) {
        found.set(name, `folder ${stat.mode}`);
        if (name !== 'work/fetched/liar') for (const inner of readdirSync(path)) visit(join(path, inner));
      } else {
        found.set(name, `file ${stat.mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`);
      }
    };
    visit(this.#root);
    return found;
  }

  /** What is there, gone or other than before; where an attack came through, that. */
  changes(): string[] {
    const after = this.#look();
    const names = new Set([...this.#before.keys(), ...after.keys()]);
    const changed = [...names].filter((name) => this.#before.get(name) !== after.get(name));
    return existsSync(this.pwned) ? [...changed, this.pwned] : changed;
  }
}
