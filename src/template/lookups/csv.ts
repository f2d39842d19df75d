/**
 * Reads CSV as Python's `csv` with dialect `excel`: cells in double quotes may hold delimiters, line breaks, `""`.
 * Not csv-parse: malformed text, which Python reads by rules of its own, it reads otherwise (docs/adr/0003-packages.md).
 */
export function parseCsv(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  let start = 0;
  while (at < text.length) {
    const [cell, next] = text[at] === '"' ? quotedCell(text, at, delimiter) : plainCell(text, at, delimiter);
    row.push(cell);
    at = next;
    if (text.startsWith(delimiter, at)) {
      at += delimiter.length;
      // A delimiter at the end of the text has an empty cell after it.
      if (at >= text.length) row.push('');
      else continue;
    }
    // an empty line has no cell, one of `""` has an empty one
    rows.push(at === start ? [] : row);
    if (text.startsWith('\r\n', at)) at++;
    start = ++at;
    row = [];
  }
  return rows;
}

function plainCell(text: string, start: number, delimiter: string): [string, number] {
  let at = start;
  while (at < text.length && !text.startsWith(delimiter, at) && text[at] !== '\n' && text[at] !== '\r') at++;
  return [text.slice(start, at), at];
}

function quotedCell(text: string, start: number, delimiter: string): [string, number] {
  let cell = '';
  let at = start + 1;
  while (at < text.length) {
    if (text[at] !== '"') cell += text[at++];
    else if (text[at + 1] === '"') {
      cell += '"';
      at += 2;
    } else break;
  }
  // What follows the closing quote up to the delimiter belongs to the cell.
  const [rest, end] = plainCell(text, at + 1, delimiter);
  return [cell + rest, end];
}
