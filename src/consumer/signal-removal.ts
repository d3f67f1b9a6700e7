import { type AnyFrame, type ColumnInput } from '../frame/index.ts';
import { signalFlagColumns, signalTagColumns } from '../market/index.ts';

/** The frame with all signal columns at 0 and all tags null, added where they were not there, as stock consumers do. */
export function removeSignals(frame: AnyFrame): AnyFrame {
  if (frame.names.length === 0) return frame;
  const columns: Record<string, ColumnInput> = {};
  for (const name of signalFlagColumns) columns[name] = frame.flag(() => false);
  for (const name of signalTagColumns) columns[name] = frame.label(() => null);
  return frame.with(columns);
}
