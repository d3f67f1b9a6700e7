import { countText } from '../count-text.ts';
import type { Paint } from '../paint.ts';
import { plainTable } from '../plain-table.ts';
import type { Room } from '../terminal.ts';
import { clipText } from '../text-width.ts';
import type { ActiveFile, DownloadBoard } from './download-board.ts';

const WIDEST_BAR = 40;

/** What a terminal shows while a download goes on: how far all of it is, and each file under way. */
export function downloadScreen(
  board: DownloadBoard,
  { room, paint }: { readonly room: Room; readonly paint: Paint },
): string {
  const facts = [
    `${countText(board.ended)} of ${countText(board.total)} files`,
    ...(board.failed === 0 ? [] : [`${countText(board.failed)} failed`]),
    `${countText(board.fetched)} candles`,
  ].join(' · ');
  const width = Math.min(WIDEST_BAR, room.width);
  const filled = Math.floor(board.share * width);
  const bar = paint('green', '█'.repeat(filled)) + paint('gray', '░'.repeat(width - filled));
  const lines = activeLines(board.active).map((line) => clipText(line, room.width));
  // The first line, the bar and the one that counts the rest.
  const shown = lines.slice(0, Math.max(0, room.height - 3));
  const rest = lines.length - shown.length;
  return [clipText(facts, room.width), bar, ...shown, ...(rest > 0 ? [paint('gray', `… and ${rest} more`)] : [])]
    .map((line) => `${line}\n`)
    .join('');
}

function activeLines(active: readonly ActiveFile[]): readonly string[] {
  if (active.length === 0) return [];
  const rows = active.map(({ key, share, rows }) => [
    key.pair,
    key.timeframe,
    key.candleType,
    `${Math.floor(share * 100)} %`,
    `${countText(rows)} candles`,
  ]);
  const [, ...lines] = plainTable(['', '', '', '', ''], rows, [3, 4]).trimEnd().split('\n');
  return lines;
}
