/** What a terminal says of itself. */
export type Sized = Pick<NodeJS.WriteStream, 'columns' | 'rows'>;

/** Columns and rows of a terminal. One that does not know its size (a serial line, a new pty) says 0: the classical 80 by 24. */
export const sizeOf = ({ columns, rows }: Sized): { columns: number; rows: number } => ({
  columns: columns || 80,
  rows: rows || 24,
});
