import type { Value } from '../../base/value.ts';
import type { Statement } from '../syntax/ast.ts';
import { Callable } from './callable.ts';
import { compileExpression } from './expression.ts';
import { Frame, type Block, type Exec, type Output } from './frame.ts';
import { loadTemplate } from './include.ts';
import type { Program } from './program.ts';
import { compileBody } from './statement.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** `super()`: the same block of the template that this one extends. */
class Super extends Callable {
  readonly pyType = 'BlockReference';
  private readonly frame: Frame;
  private readonly blocks: readonly Block[];
  private readonly level: number;
  constructor(frame: Frame, blocks: readonly Block[], level: number) {
    super();
    this.frame = frame;
    this.blocks = blocks;
    this.level = level;
  }

  invoke(): Value {
    const out: Output = [];
    runBlock(this.frame, out, this.blocks, this.level);
    return this.frame.render.concat(out);
  }
}

function runBlock(frame: Frame, out: Output, blocks: readonly Block[], level: number): void {
  const block = blocks[level];
  const inner = new Frame(frame.render, { ...frame.run, program: block.program }, frame);
  if (level + 1 < blocks.length) inner.names.set('super', new Super(frame, blocks, level + 1));
  frame.render.nested(block.program.text, () => block.body(inner, out));
}

/** Bodies of blocks compiled once for each node. */
const compiledBlocks = new WeakMap<object, Exec>();

function bodyOf(node: Of<'block'>): Exec {
  const found = compiledBlocks.get(node) ?? compileBody(node.body);
  compiledBlocks.set(node, found);
  return found;
}

function registerBlocks(tree: unknown, program: Program, blocks: Map<string, Block[]>): void {
  if (tree === null || typeof tree !== 'object') return;
  if (!Array.isArray(tree) && (tree as Statement).kind === 'block') {
    const node = tree as Of<'block'>;
    const known = blocks.get(node.name) ?? [];
    blocks.set(node.name, [...known, { program, body: bodyOf(node) }]);
  }
  for (const child of Object.values(tree)) registerBlocks(child, program, blocks);
}

export function compileBlock(node: Of<'block'>): Exec {
  return (frame, out) => {
    if (frame.run.extends !== undefined) return undefined;
    runBlock(frame, out, frame.run.blocks.get(node.name) ?? [], 0);
    return undefined;
  };
}

export function compileExtends({ template, at }: Of<'extends'>): Exec {
  const nameOf = compileExpression(template);
  return (frame) => {
    const name = nameOf(frame);
    frame.render.at = at;
    frame.run.extends = loadTemplate(frame, name);
    return undefined;
  };
}

/** Runs the whole of `frame.run.program`, and the templates that it extends. */
export function runProgram(frame: Frame, out: Output): void {
  const { run, render } = frame;
  if (!run.program.inherits) {
    run.program.body(frame, out);
    return;
  }
  registerBlocks(run.program.statements, run.program, run.blocks);
  const own: Output = [];
  run.program.body(frame, own);
  const parent = run.extends;
  if (parent === undefined) {
    for (const part of own) out.push(part);
    return;
  }
  // What a template that extends another prints outside its blocks is dropped.
  const inner = new Frame(render, { program: parent, seesVariables: run.seesVariables, blocks: run.blocks }, frame);
  render.nested(parent.text, () => runProgram(inner, out));
}
