import { didYouMean } from '../util/nearest-name.ts';
import { FrameError } from './frame-error.ts';

/** Names of columns and their places, shared by all frames that descend from one another by rows. */
export interface Layout {
  readonly names: readonly string[];
  readonly places: ReadonlyMap<string, number>;
}

/** Messages list this many of a frame's columns and count the rest. */
const MOST_NAMES_LISTED = 30;

/**
 * Names in order as a layout.
 *
 * @throws FrameError FRAME_DUPLICATE_COLUMN.
 */
export function layoutOf(names: readonly string[]): Layout {
  const places = new Map(names.map((name, i) => [name, i]));
  if (places.size === names.length) return { names: Object.freeze([...names]), places };
  const twice = names.find((name, i) => places.get(name) !== i);
  throw new FrameError('FRAME_DUPLICATE_COLUMN', `two columns are named "${twice}"`, { value: twice });
}

/** The error for a name that a frame with these columns does not have. */
export function unknownColumn(name: string, { names }: Layout): FrameError {
  const rest = names.length - MOST_NAMES_LISTED;
  const listed = names.slice(0, MOST_NAMES_LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  const known = names.length === 0 ? 'it has none' : `it has ${listed}`;
  const message = `the frame has no column "${name}" (${known})${didYouMean(name, names)}`;
  return new FrameError('FRAME_UNKNOWN_COLUMN', message, { value: name });
}

/**
 * Checks that both have the same names in the same order.
 *
 * @throws FrameError FRAME_DIFFERENT_COLUMNS.
 */
export function expectSameNames(mine: readonly string[], theirs: readonly string[]): void {
  const differs = mine.findIndex((name, i) => name !== theirs[i]);
  if (differs === -1 && mine.length === theirs.length) return;
  const place = differs === -1 ? mine.length : differs;
  const shown = (names: readonly string[]) => (place < names.length ? `"${names[place]}"` : 'none');
  throw new FrameError(
    'FRAME_DIFFERENT_COLUMNS',
    `the columns differ from place ${place} on: ${shown(mine)} here, ${shown(theirs)} there`,
    { value: theirs[place] },
  );
}
