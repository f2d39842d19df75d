import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runProgram } from '../../scripts/lib/programs.mjs';
import { parseCsv } from '../../src/template/lookups/csv.ts';

const READER = `
import csv, io, json, sys
texts = json.load(sys.stdin)
json.dump([list(csv.reader(io.StringIO(text, newline=""))) for text in texts], sys.stdout)
`;

it('reads any text as Python does, malformed ones too', () => {
  const piece = fc.constantFrom('a', 'b', ',', '"', '""', '\n', '\r\n', '\r', ' ', 'é', '中', '😀');
  const texts = fc.sample(fc.array(piece, { maxLength: 14 }), 5000).map((pieces) => pieces.join(''));
  const python = JSON.parse(
    runProgram('/usr/bin/python3', ['-c', READER], { input: JSON.stringify(texts) }),
  ) as string[][][];
  const different = texts.flatMap((text, i) => {
    const [ours, theirs] = [parseCsv(text, ','), python[i]].map((rows) => JSON.stringify(rows));
    return ours === theirs ? [] : [{ text, ours, theirs }];
  });
  expect(different.slice(0, 5)).toEqual([]);
});
