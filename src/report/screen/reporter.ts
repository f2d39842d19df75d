import { Listr } from 'listr2';
import type { Listener } from '../../engine/events.ts';
import { claimLines } from '../claims.ts';
import { type Paint, shownText } from '../colors.ts';
import type { RepeatHint } from '../recap.ts';
import { type Sized, sizeOf } from '../terminal-size.ts';
import { endingLines } from './ending.ts';
import { type ModelOptions, ScreenModel } from './model.ts';
import { FleetRenderer, type ScreenHold } from './renderer.ts';

export interface ScreenOptions extends ModelOptions {
  /** For its size. */
  readonly stream: Sized;
  readonly write: (text: string) => void;
  readonly paint: Paint;
  readonly repeatHint?: RepeatHint;
  readonly hold?: ScreenHold;
}

/** The live screen of a terminal: `listener` takes the events, `done` waits until the last frame is out. */
export function screenReport(options: ScreenOptions): { listener: Listener; done: () => Promise<void> } {
  const model = new ScreenModel(options);
  const startedAt = Date.now();
  let finish: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { stream, write, paint, hold } = options;
  const clock = (): number => Date.now() - startedAt;
  const rendererOptions = { model, stream, write, paint, clock, hold };
  const listr = new Listr([{ task: () => over }], {
    renderer: FleetRenderer,
    rendererOptions,
    registerSignalListeners: false,
  });
  const shown = listr.run();
  let ending: readonly string[] = [];
  return {
    listener: (event) => {
      model.apply(event);
      if (event.type === 'stats') {
        ending = [
          ...endingLines(event.hosts, model.failures.values(), {
            columns: sizeOf(stream).columns,
            paint,
            repeatHint: options.repeatHint,
            tasks: model.begunTasks,
            milliseconds: event.at,
          }),
          ...claimLines(event.claims, paint),
        ];
      }
    },
    done: async () => {
      finish();
      await shown;
      write(shownText(`${ending.join('\n')}\n`));
    },
  };
}
