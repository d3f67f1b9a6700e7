import { isTimeframe, timeframeMs } from '../market/index.ts';
import { nearestName } from '../util/nearest-name.ts';
import type { ConfigProblem } from './config-error.ts';
import { shownText } from './explain-value.ts';
import { dottedKey, type JsonNode, nodeAt, type ObjectNode, plainValue } from './json-node.ts';
import { type PairlistConfig, pairlistGenerators, pairlistSchema } from './pairlist-schema.ts';

/** The rules between settings of pair lists, and between them and the rest, for those whose own values are right. */
export function checkPairlists(root: ObjectNode): readonly ConfigProblem[] {
  const list = nodeAt(root, ['pairlists']);
  if (list?.kind !== 'array') return [];
  return list.items.flatMap((node, index) => {
    const config = pairlistSchema.safeParse(plainValue(node)).data;
    if (config === undefined || node.kind !== 'object') return [];
    const rules = new Rules(node, index);
    if (index === 0) checkFirst(config, rules);
    checkPairlist(config, rules);
    if (config.method === 'ProducerPairList') checkProducer(config, rules, root);
    return rules.problems;
  });
}

/** The problems of one pair list. */
class Rules {
  readonly problems: ConfigProblem[] = [];
  readonly #node: ObjectNode;
  readonly #index: number;

  constructor(node: ObjectNode, index: number) {
    this.#node = node;
    this.#index = index;
  }

  /** Whether the setting is written there. */
  has(name: string): boolean {
    return this.#node.members.has(name);
  }

  /** Reports the value of a setting; where it is a default, the pair list. */
  refuse(name: string, allowed: string, reason = ''): void {
    const node = nodeAt(this.#node, [name]) ?? this.#node;
    const found = foundText(node);
    const message = `${reason === '' ? `found ${found}` : reason}; allowed: ${allowed}`;
    const key = dottedKey(['pairlists', this.#index, name]);
    this.problems.push({ ...node.place, code: 'CONFIG_INVALID_VALUE', key, found, allowed, message });
  }
}

function foundText(node: JsonNode): string {
  if (node.kind === 'object' || node.kind === 'array' || node.kind === 'null') return 'nothing';
  return `${node.kind} ${typeof node.value === 'string' ? shownText(node.value) : String(node.value)}`;
}

function checkFirst({ method }: PairlistConfig, rules: Rules): void {
  if (pairlistGenerators.includes(method)) return;
  const reason = `${method} stands first, and can only filter or sort a list that others make`;
  rules.refuse('method', `first ${pairlistGenerators.join(', ')}`, reason);
}

function checkPairlist(config: PairlistConfig, rules: Rules): void {
  if (config.method === 'AgeFilter') {
    const { min_days_listed: least, max_days_listed: most } = config;
    if (most !== undefined && most <= least) rules.refuse('max_days_listed', `above min_days_listed, ${least}`);
  } else if (config.method === 'VolumePairList') {
    if (checkLookback(config, rules)) checkRefresh(config, rules);
  } else if (config.method === 'VolatilityFilter') {
    if (checkLookback(config, rules)) checkNeedsLookback(config, rules);
  }
}

type WithLookback = Extract<PairlistConfig, { lookback_timeframe: string }>;

/** Whether the range is told in one way only. */
function checkLookback(config: WithLookback, rules: Rules): boolean {
  const { lookback_days: days = 0, lookback_period: period = 0, lookback_timeframe: timeframe } = config;
  if (days > 0 && period > 0) {
    rules.refuse('lookback_period', 'one of the two', 'lookback_days and lookback_period are both set');
  } else if (days > 0 && timeframe !== '1d') {
    const allowed = '"1d", or lookback_period in place of lookback_days';
    rules.refuse('lookback_timeframe', allowed, 'lookback_days counts daily candles');
  } else return true;
  return false;
}

function checkNeedsLookback(config: Extract<WithLookback, { method: 'VolatilityFilter' }>, rules: Rules): void {
  const { lookback_days: days, lookback_period: period = 0 } = config;
  if (period > 0) return;
  if (days === 0) rules.refuse('lookback_days', 'at least 1');
  else if (days === undefined && rules.has('lookback_period')) rules.refuse('lookback_period', 'at least 1');
  else if (days === undefined && rules.has('lookback_timeframe')) {
    rules.refuse('lookback_timeframe', 'with lookback_period', 'lookback_timeframe is set without lookback_period');
  }
}

/** A list made from candles can't be made anew before the next one is there. */
function checkRefresh(config: Extract<WithLookback, { method: 'VolumePairList' }>, rules: Rules): void {
  const {
    lookback_days: days = 0,
    lookback_period: period,
    lookback_timeframe: timeframe,
    refresh_period: refresh,
  } = config;
  if ((days === 0 && period === 0) || !isTimeframe(timeframe)) return;
  const seconds = timeframeMs(timeframe) / 1000;
  if (refresh < seconds)
    rules.refuse('refresh_period', `at least ${seconds}, a candle of ${timeframe}`, `found number ${refresh}`);
}

function checkProducer(
  { producer_name: name }: Extract<PairlistConfig, { method: 'ProducerPairList' }>,
  rules: Rules,
  root: ObjectNode,
): void {
  const section = 'external_message_consumer';
  const enabled = nodeAt(root, [section, 'enabled']);
  if (enabled?.kind !== 'boolean' || enabled.value !== true) {
    rules.refuse('method', `with ${section}.enabled true`, 'ProducerPairList needs a consumer that is enabled');
    return;
  }
  const producers = nodeAt(root, [section, 'producers']);
  const names = producers?.kind === 'array' ? producers.items.map(producerName) : [];
  if (names.length === 0 || names.includes(name)) return;
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  rules.refuse('producer_name', names.map(shownText).join(', '), `no producer has the name ${shownText(name)}${hint}`);
}

function producerName(node: JsonNode): string {
  const name = nodeAt(node, ['name']);
  return name?.kind === 'string' ? String(name.value) : 'default';
}
