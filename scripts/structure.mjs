#!/usr/bin/env node
// Prints the picture of imports: rooms and the arrows between them with their counts, arrows that go both ways, files
// that import one another in a circle, folders by number of files. Run: npm run structure
import { dirname } from 'node:path';
import { importsOf, roomOf, sources } from './lib/imports.mjs';

const files = [...sources('src'), ...sources('tasks')];
const known = new Set(files);
const imports = new Map(files.map((file) => [file, importsOf(file).filter((target) => known.has(target))]));

function count(keys) {
  const counts = new Map();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

const arrows = count(
  files.flatMap((file) =>
    imports
      .get(file)
      .map((target) => [roomOf(file), roomOf(target)])
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => `${from} -> ${to}`),
  ),
);
const names = new Set(arrows.map(([arrow]) => arrow));
const both = [...names].filter((arrow) => names.has(arrow.split(' -> ').reverse().join(' -> ')));

/** Groups of files that reach one another: Tarjan's strongly connected components of more than one file. */
function circles() {
  const [order, low, stack, found] = [new Map(), new Map(), [], []];
  const visit = (file) => {
    order.set(file, order.size);
    low.set(file, order.get(file));
    stack.push(file);
    for (const target of imports.get(file)) {
      if (!order.has(target)) visit(target);
      if (stack.includes(target)) low.set(file, Math.min(low.get(file), low.get(target)));
    }
    if (low.get(file) !== order.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) found.push(group);
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return found;
}

const folders = count(files.map((file) => dirname(file)));
const circular = circles();
console.log(
  `${files.length} files, ${[...imports.values()].flat().length} imports, ${arrows.length} arrows between rooms\n`,
);
for (const [arrow, n] of arrows) console.log(`${String(n).padStart(5)}  ${arrow}`);
console.log(`\narrows both ways: ${both.length}${both.map((arrow) => `\n       ${arrow}`).join('')}`);
console.log(`circles of files (types included): ${circular.length}`);
for (const group of circular)
  console.log(`       ${group.length}: ${group.slice(0, 6).join(', ')}${group.length > 6 ? ', ...' : ''}`);
console.log('\nlargest folders');
for (const [folder, n] of folders.slice(0, 8)) console.log(`${String(n).padStart(5)}  ${folder}`);
