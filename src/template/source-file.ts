import type { Position } from '../base/span.ts';
import { templateText } from '../base/template-text.ts';
import { TemplateText } from '../base/value.ts';

/** Finds line and column of an offset, by binary search over the starts of lines. */
export function locator(source: string): (offset: number) => Position {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(source);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low] + 1 };
  };
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The text of a whole template file; errors in it point into that file. */
export function fileText(path: string, source: string): TemplateText {
  return templateText(source, { file: path, line: 1, column: 1 }, locator(source));
}
