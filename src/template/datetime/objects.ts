import { float, Opaque, type Value } from '../../base/value.ts';
import { BoundMethod, type Method } from '../python/methods/index.ts';
import { asFloat } from '../python/operations.ts';
import { pyStr } from '../python/print.ts';
import { utcFields, utcMilliseconds, weekday, type Fields } from './calendar.ts';
import { strftime } from './strftime.ts';

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
const two = (value: number): string => String(value).padStart(2, '0');

/** Microseconds since 1970 of the fields, in UTC when they have a zone. */
function instant(fields: Fields): number {
  const whole = Math.floor(utcMilliseconds(fields) / 1000) - (fields.offset ?? 0) * 60;
  return whole * SECOND + fields.microsecond;
}

function fromInstant(microseconds: number): Fields {
  const fraction = ((microseconds % SECOND) + SECOND) % SECOND;
  return utcFields((microseconds - fraction) / 1000, fraction);
}

function bind<T>(self: T, methods: Record<string, Method<T>>, name: string): Value | undefined {
  const method = methods[name];
  return method === undefined ? undefined : new BoundMethod(name, (args, kwargs) => method(self, args, kwargs));
}

/** Python's `datetime.timedelta`. */
class PyTimedelta extends Opaque {
  readonly pyType = 'timedelta';
  /** Microseconds. */
  readonly total: number;

  constructor(total: number) {
    super();
    this.total = total;
  }

  private get parts(): { days: number; seconds: number; microseconds: number } {
    const days = Math.floor(this.total / DAY);
    const rest = this.total - days * DAY;
    return { days, seconds: Math.floor(rest / SECOND), microseconds: rest % SECOND };
  }

  override getAttr(name: string): Value | undefined {
    const parts: Record<string, number> = this.parts;
    return parts[name] ?? bind(this, { total_seconds: (self) => float(self.total / SECOND) }, name);
  }

  pyStr(): string {
    const { days, seconds, microseconds } = this.parts;
    const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    const fraction = microseconds === 0 ? '' : `.${String(microseconds).padStart(6, '0')}`;
    return (days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `) + clock + fraction;
  }

  pyRepr(): string {
    const given = Object.entries(this.parts).filter(([, value]) => value !== 0);
    return `datetime.timedelta(${given.map(([name, value]) => `${name}=${value}`).join(', ') || '0'})`;
  }

  get length(): number | undefined {
    return this.total === 0 ? 0 : undefined;
  }

  equals(other: Value): boolean {
    return other instanceof PyTimedelta && other.total === this.total;
  }

  compare(other: Value): number | undefined {
    return other instanceof PyTimedelta ? this.total - other.total : undefined;
  }

  binary(operator: string, other: Value, reflected: boolean): Value | undefined {
    const number = asFloat(other);
    if (number !== undefined && operator === '*') return new PyTimedelta(Math.round(this.total * number));
    if (number !== undefined && operator === '/' && !reflected) return new PyTimedelta(Math.round(this.total / number));
    if (!(other instanceof PyTimedelta) || reflected) return undefined;
    if (operator === '+') return new PyTimedelta(this.total + other.total);
    if (operator === '-') return new PyTimedelta(this.total - other.total);
    return operator === '/' ? float(this.total / other.total) : undefined;
  }
}

const METHODS: Record<string, Method<PyDateTime>> = {
  strftime: (self, [format]) => strftime(pyStr(format), self.fields),
  isoformat: (self, [separator]) => self.text(separator === undefined ? 'T' : pyStr(separator)),
  timestamp: (self) => float((instant(self.fields) - localOffset(self.fields)) / SECOND),
  date: (self) => new PyDateTime({ ...self.fields, hour: 0, minute: 0, second: 0, microsecond: 0 }, 'date'),
  weekday: (self) => (weekday(self.fields) + 6) % 7,
  isoweekday: (self) => weekday(self.fields) || 7,
  ctime: (self) => strftime('%c', self.fields),
  toordinal: (self) => Math.floor(instant({ ...self.fields, offset: 0 }) / DAY) + 719_163,
};

/** A moment without a zone means the controller's local time. Microseconds. */
function localOffset(fields: Fields): number {
  if (fields.offset !== undefined) return 0;
  const asLocal = new Date(fields.year, fields.month - 1, fields.day, fields.hour, fields.minute, fields.second);
  return -asLocal.getTimezoneOffset() * 60 * SECOND;
}

/** Python's `datetime.datetime` and `datetime.date`. */
export class PyDateTime extends Opaque {
  readonly pyType: 'datetime' | 'date';
  readonly fields: Fields;

  constructor(fields: Fields, type: 'datetime' | 'date' = 'datetime') {
    super();
    this.fields = fields;
    this.pyType = type;
  }

  override getAttr(name: string): Value | undefined {
    const field = (this.fields as unknown as Record<string, Value | undefined>)[name];
    return field ?? bind(this, METHODS, name);
  }

  /** ISO 8601 with a separator between date and time. */
  text(separator: string): string {
    const { offset, microsecond } = this.fields;
    const day = strftime('%Y-%m-%d', this.fields).padStart(10, '0');
    if (this.pyType === 'date') return day;
    const fraction = microsecond === 0 ? '' : `.${String(microsecond).padStart(6, '0')}`;
    const zone = offset === undefined ? '' : strftime('%z', this.fields).replace(/(\d\d)$/, ':$1');
    return `${day}${separator}${strftime('%H:%M:%S', this.fields)}${fraction}${zone}`;
  }

  pyStr(): string {
    return this.text(' ');
  }

  pyRepr(): string {
    const { year, month, day, hour, minute, second, microsecond } = this.fields;
    if (this.pyType === 'date') return `datetime.date(${year}, ${month}, ${day})`;
    const tail = microsecond !== 0 ? [second, microsecond] : second !== 0 ? [second] : [];
    return `datetime.datetime(${[year, month, day, hour, minute, ...tail].join(', ')})`;
  }

  equals(other: Value): boolean {
    return (
      other instanceof PyDateTime && other.pyType === this.pyType && instant(other.fields) === instant(this.fields)
    );
  }

  compare(other: Value): number | undefined {
    if (!(other instanceof PyDateTime) || other.pyType !== this.pyType) return undefined;
    return instant(this.fields) - instant(other.fields);
  }

  binary(operator: string, other: Value, reflected: boolean): Value | undefined {
    if (other instanceof PyDateTime && operator === '-' && !reflected) {
      return new PyTimedelta(instant(this.fields) - instant(other.fields));
    }
    if (!(other instanceof PyTimedelta) || (operator !== '+' && (operator !== '-' || reflected))) return undefined;
    const { offset, zone } = this.fields;
    const local = instant({ ...this.fields, offset: 0 });
    const moved = fromInstant(operator === '+' ? local + other.total : local - other.total);
    return new PyDateTime({ ...moved, offset, zone }, this.pyType);
  }
}
