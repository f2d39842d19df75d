import type { ListrRenderer } from 'listr2';
import { type Colour, type Paint, shownText } from '../colors.ts';
import { type Sized, sizeOf } from '../terminal-size.ts';
import { fitted, frame } from './frame.ts';
import type { Said, ScreenModel } from './model.ts';

const FRAMES_A_SECOND = 10;
const COLOUR: Partial<Record<Said['kind'], Colour>> = { banner: 'bold', error: 'error' };

function lineOf({ kind, text, tail }: Said, columns: number, paint: Paint): string {
  const whole = tail === undefined ? text : fitted('', text, tail, columns);
  return COLOUR[kind] ? paint(COLOUR[kind], whole) : whole;
}

export interface ScreenHold {
  readonly isHeld: () => boolean;
  readonly onHold: (erase: () => void) => void;
}

export interface RendererOptions {
  readonly model: ScreenModel;
  /** For its size. */
  readonly stream: Sized;
  readonly write: (text: string) => void;
  readonly paint: Paint;
  /** Somebody is asked something: nothing may be drawn over it, and what is drawn goes first. */
  readonly hold?: ScreenHold;
  /** Milliseconds since the run began. */
  readonly clock: () => number;
}

/**
 * Our renderer for listr2. Its default one repaints everything at each event, which does not finish with 100 hosts;
 * this one says finished lines once and repaints only the few live ones, ten times per second.
 */
export class FleetRenderer implements ListrRenderer {
  static nonTTY = false;
  static rendererOptions: RendererOptions;
  static rendererTaskOptions: never;

  private readonly options: RendererOptions;
  private timer: NodeJS.Timeout | undefined;
  private drawn = 0;

  constructor(_tasks: unknown, options: RendererOptions) {
    this.options = options;
  }

  render(): void {
    this.options.hold?.onHold(() => this.erase());
    this.timer = setInterval(() => this.draw(), 1000 / FRAMES_A_SECOND);
    this.timer.unref();
  }

  end(): void {
    clearInterval(this.timer);
    this.draw(true);
  }

  /** The live lines go, so that a question stands below what was said. */
  private erase(): void {
    if (this.drawn > 0) this.options.write(`\u001b[${this.drawn}A\r\u001b[J`);
    this.drawn = 0;
  }

  /** One write a frame, so that a slow terminal never shows half of one. */
  private draw(last = false): void {
    const { model, stream, write, clock, paint, hold } = this.options;
    if (hold?.isHeld() && !last) return;
    const size = sizeOf(stream);
    const columns = size.columns - 1;
    const said = model.take().map((line) => lineOf(line, columns, paint));
    const live = last ? [] : frame(model, columns, size.rows, clock());
    if (said.length === 0 && live.length === 0 && this.drawn === 0) return;
    const up = this.drawn > 0 ? `\u001b[${this.drawn}A` : '';
    const text = [...said, ...live].map((line) => `${line}\n`).join('');
    write(`${up}\r\u001b[J${shownText(text)}`);
    this.drawn = live.length;
  }
}
