import { PyDateTime } from './objects.ts';

const TIMESTAMP =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?)?$/;

/** The value of a YAML timestamp: a date, or a datetime as PyYAML makes it. */
export function parseTimestamp(text: string): PyDateTime {
  const match = TIMESTAMP.exec(text) as RegExpExecArray;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const microsecond = Number((match[7] ?? '').slice(0, 6).padEnd(6, '0'));
  const fields = { year, month, day, hour, minute, second, microsecond };
  if (match[4] === undefined) return new PyDateTime(fields, 'date');
  if (match[8] === undefined) return new PyDateTime(fields);
  const minutes = Number(match[10] ?? 0) * 60 + Number(match[11] ?? 0);
  return new PyDateTime({ ...fields, offset: match[9] === '-' ? -minutes : minutes });
}
