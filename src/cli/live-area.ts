import { createLogUpdate } from 'log-update';
import type { Terminal } from './terminal.ts';
import { clipText } from './text-width.ts';

/** The part of a terminal that is drawn again and again. */
export interface LiveArea {
  /** Text that shows below for a while; the log goes here, since it would tear the rest. */
  note(text: string): void;
  /** Draws a last time and leaves it standing. Harmless when repeated. */
  end(): void;
}

/** Between drawings. */
const REDRAW_MS = 200;

const MOST_NOTES = 3;

/** Draws what `draw` returns, with the last notes below, until ended. `draw` is told how many lines the notes take. */
export function liveArea(out: Terminal['out'], draw: (noteLines: number) => string): LiveArea {
  const update = createLogUpdate(out);
  const notes: string[] = [];
  let lastHeight = 0;
  const redraw = () => {
    // A line that fills the last column makes some terminals wrap.
    const width = (out.columns || 80) - 1;
    const text = draw(notes.length) + notes.map((note) => clipText(note, width)).join('\n');
    // log-update leaves lines where they were that have the same text at another height.
    const height = text.split('\n').length;
    if (height !== lastHeight) update.clear();
    lastHeight = height;
    update(text);
  };
  const timer = setInterval(redraw, REDRAW_MS);
  let hasEnded = false;
  redraw();
  return {
    note(text) {
      notes.push(...text.trimEnd().split('\n'));
      notes.splice(0, notes.length - MOST_NOTES);
    },
    end() {
      if (hasEnded) return;
      hasEnded = true;
      clearInterval(timer);
      redraw();
      update.done();
    },
  };
}
