import { ToaError } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import type { LoadContext } from '../contract.ts';
import { decodeText, parseYaml, type YamlDocument } from '../yaml/index.ts';

type FileContext = Pick<LoadContext, 'sources' | 'vault'>;

/** YAML files read once per run, decrypted where they are vault files. */
export class Files {
  private readonly documents = new Map<string, YamlDocument>();
  private readonly texts = new Map<string, string>();
  private readonly context: FileContext;

  constructor(context: FileContext) {
    this.context = context;
  }

  /** @throws ToaError E_FILE_NOT_FOUND, E_YAML_*, E_VAULT_* */
  read(path: string, from?: Span): YamlDocument {
    const known = this.documents.get(path);
    if (known) return known;
    const data = this.context.sources.read(path);
    if (data === undefined) throw notFound(path, from);
    const plain = this.context.vault.isVault(data) ? this.context.vault.decrypt(data, path) : data;
    const text = decodeText(plain, path);
    // A decrypted file never shows in messages.
    if (plain === data) this.texts.set(path, text);
    const document = parseYaml(text, path);
    for (const warning of document.warnings) this.context.sources.warn(warning);
    this.documents.set(path, document);
    return document;
  }

  /** The text of a line, for the caret of messages. */
  sourceLine(span: Span): string | undefined {
    return this.texts
      .get(span.file)
      ?.split('\n', span.line)
      .at(span.line - 1)
      ?.slice(0, 400);
  }
}

function notFound(path: string, span?: Span): ToaError {
  return new ToaError('E_FILE_NOT_FOUND', `Could not find or access '${path}'`, {
    span,
    remedy: 'check the name; a relative one is looked for beside the file that names it, then beside the playbook',
  });
}
