import { isObject } from '../../../../src/util/is-object.ts';
import { askRest } from './ask-rest.ts';
import { entryTags } from './compare-merged.ts';
import type { Entry } from './observed-bot.ts';
import type { RunningBot } from './running-bot.ts';
import type { Chain } from './six-bots.ts';
import { isFine } from './watch-candles.ts';

/** What a chain's bots should have decided since a candle, and what they did, as lines of pair and tag. */
export interface Decided {
  readonly bot: RunningBot;
  readonly should: readonly string[];
  readonly did: readonly string[];
}

/**
 * Each bot's entries at the candles after `since` up to `last`, beside those that the first producer's `enter_long` asks for. Candlecast
 * bots place no orders and decide at each such candle. A stock bot enters a pair once and holds it, so of a pair that it held by
 * `since` nothing is asked, and of another the first entry. Left out are pairs so cheap that ten decimals change decisions.
 */
export async function decidedBy(
  chain: Chain,
  pairs: readonly string[],
  { since, last }: { readonly since: number; readonly last: number },
): Promise<readonly Decided[]> {
  const [first] = chain;
  const fine = pairs.filter((pair) => isFine(first.frame(pair)));
  const isCounted = ({ pair, tag }: Entry) => fine.includes(pair) && dateOf(tag) > since && dateOf(tag) <= last;
  const asked = fine.flatMap((pair) =>
    Array.from(entryTags(first.frame(pair)).values(), (tag) => ({ pair, tag: String(tag) })).filter(isCounted),
  );
  const decided = chain.map(async (bot): Promise<Decided> => {
    const held = bot.kind === 'stock' ? (await tradesOf(bot)).filter(({ tag }) => dateOf(tag) <= since) : [];
    const should = bot.kind === 'stock' ? firstOfEach(asked, held) : asked;
    return { bot, should: linesOf(should), did: linesOf(bot.entries.filter(isCounted)) };
  });
  return Promise.all(decided);
}

/** The trades that a stock bot has open, as its REST API tells. */
async function tradesOf(bot: RunningBot): Promise<readonly Entry[]> {
  const answer = await askRest(bot, 'status');
  if (!Array.isArray(answer)) throw new Error(`${bot.name} told no trades: ${JSON.stringify(answer)}`);
  return answer.flatMap((trade) =>
    isObject(trade) ? [{ pair: String(trade.pair), tag: String(trade.enter_tag) }] : [],
  );
}

function firstOfEach(entries: readonly Entry[], held: readonly Entry[]): readonly Entry[] {
  const taken = new Set(held.map(({ pair }) => pair));
  return entries.filter(({ pair }) => {
    const isFirst = !taken.has(pair);
    taken.add(pair);
    return isFirst;
  });
}

/** When the candle opened that an entry's tag names. */
function dateOf(tag: string): number {
  const date = Date.parse(tag.replace(/^rsi /, ''));
  if (Number.isNaN(date)) throw new Error(`an entry with another tag than the strategies': ${tag}`);
  return date;
}

const linesOf = (entries: readonly Entry[]) => entries.map(({ pair, tag }) => `${pair} ${tag}`).sort();
