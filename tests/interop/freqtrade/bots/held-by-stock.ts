import { isObject } from '../../../../src/util/is-object.ts';
import { askRest } from './ask-rest.ts';
import { areSame } from './compare-merged.ts';
import type { RunningBot } from './running-bot.ts';

/**
 * Where what a stock bot itself holds of a pair, as its REST API tells with all digits, is first not what it told by its message
 * websocket. The number of rows that were compared where it is nowhere.
 */
export async function heldDifference(bot: RunningBot, pair: string): Promise<string | number> {
  const told = bot.frame(pair);
  const held = await askRest(bot, `pair_candles?pair=${encodeURIComponent(pair)}&timeframe=1m&limit=1500`);
  const { columns, rows } = tableOf(held);
  const dates = columns.indexOf('__date_ts');
  const rowOf = new Map(rows.map((row) => [row[dates], row]));
  let compared = 0;
  for (const [at, date] of Array.from(told.numbers('date')).entries()) {
    const row = rowOf.get(date);
    if (row === undefined) continue;
    compared++;
    for (const name of told.names) {
      // Dates are told as text here.
      if (name.startsWith('date')) continue;
      const [is, was] = [row[columns.indexOf(name)], told.column(name).cell(at)];
      if (areSame(was, is, false)) continue;
      return `${pair}, ${name} of ${new Date(date).toISOString()}: ${bot.name} holds ${String(is)} and told ${String(was)}`;
    }
  }
  return compared;
}

function tableOf(answer: unknown): { readonly columns: readonly unknown[]; readonly rows: readonly unknown[][] } {
  if (isObject(answer) && Array.isArray(answer.columns) && Array.isArray(answer.data)) {
    return { columns: answer.columns, rows: answer.data.filter((row): row is unknown[] => Array.isArray(row)) };
  }
  throw new Error(`no candles: ${JSON.stringify(answer).slice(0, 300)}`);
}
