import { listText } from '../util/list-text.ts';
import { didYouMean } from '../util/nearest-name.ts';
import { FrameError } from './frame-error.ts';

/** Names of columns and their places, shared by all frames that descend from one another by rows. */
export interface Layout {
  readonly names: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  /** What `extendLayout` made of it lately. */
  readonly extensions: Extension[];
}

/** A layout with names set in another: those that it has keep their place, the others follow behind. */
export interface Extension {
  readonly layout: Layout;
  /** The names that were set. */
  readonly names: readonly string[];
  /** The place of each of them. */
  readonly places: readonly number[];
}

/**
 * The layouts made last. A frame that arrives has the columns of the one before it: with the same layout object both are joined
 * without a look at their names.
 */
const recent: Layout[] = [];
const MOST_RECENT = 8;

/** Messages list this many of a frame's columns and count the rest. */
const MOST_NAMES_LISTED = 30;

/**
 * Names in order as a layout; the same object where they were asked for lately.
 *
 * @throws FrameError FRAME_DUPLICATE_COLUMN.
 */
export function layoutOf(names: readonly string[]): Layout {
  const known = recent.find((layout) => haveSameNames(layout.names, names));
  return known ?? remembered(newLayout(names));
}

function newLayout(names: readonly string[]): Layout {
  const places = new Map(names.map((name, i) => [name, i]));
  if (places.size === names.length) return { names: Object.freeze([...names]), places, extensions: [] };
  const twice = names.find((name, i) => places.get(name) !== i);
  throw new FrameError('FRAME_DUPLICATE_COLUMN', `two columns are named "${twice}"`, { value: twice });
}

/** The layout in which these names are set; strategies set the same ones at every candle. */
export function extendLayout(layout: Layout, names: readonly string[]): Extension {
  for (const extension of layout.extensions) if (haveSameNames(extension.names, names)) return extension;
  const all = [...new Set([...layout.names, ...names])];
  // Among the recent ones it would push out the layouts that it comes from; here it is found again.
  // One that sets what is there already is no other: each candle of a strategy would add to a chain of them.
  const isSame = all.length === layout.names.length;
  const extended = isSame ? layout : (recent.find((known) => haveSameNames(known.names, all)) ?? newLayout(all));
  const places = names.map((name) => extended.places.get(name) ?? 0);
  const extension = { layout: extended, names, places };
  layout.extensions.unshift(extension);
  if (layout.extensions.length > MOST_RECENT) layout.extensions.pop();
  return extension;
}

function remembered(layout: Layout): Layout {
  recent.unshift(layout);
  if (recent.length > MOST_RECENT) recent.pop();
  return layout;
}

function haveSameNames(mine: readonly string[], theirs: readonly string[]): boolean {
  if (mine.length !== theirs.length) return false;
  for (let i = 0; i < mine.length; i++) if (mine[i] !== theirs[i]) return false;
  return true;
}

/** The error for a name that a frame with these columns does not have. */
export function unknownColumn(name: string, { names }: Layout): FrameError {
  const listed = listText(names, MOST_NAMES_LISTED);
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
