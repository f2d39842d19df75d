const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DATE_TIME =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|[-+]\d\d?(?::\d\d)?))?$/;

const two = (text: string): string => text.padStart(2, '0');

function isDate(year: string, month: string, day: string): boolean {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function zone(text: string | undefined): string {
  if (text === undefined) return '';
  if (text === 'Z') return '+00:00';
  const [hours, minutes = '00'] = text.slice(1).split(':');
  return `${text[0]}${two(hours)}:${minutes}`;
}

/**
 * A YAML 1.1 timestamp (https://yaml.org/type/timestamp.html) in the form that Python prints: `2024-01-01`,
 * `2001-12-14 21:59:43.100000-05:00`; undefined when the text is none.
 */
export function timestamp(source: string): string | undefined {
  if (source.length < 8 || source[4] !== '-') return undefined;
  const date = DATE.exec(source);
  if (date) return isDate(date[1], date[2], date[3]) ? source : undefined;
  const match = DATE_TIME.exec(source);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, offset] = match;
  const inRange = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!inRange || !isDate(year, month, day)) return undefined;
  const micro = (fraction ?? '').slice(0, 6).padEnd(6, '0');
  const tail = micro === '000000' ? '' : `.${micro}`;
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${minute}:${second}${tail}${zone(offset)}`;
}
