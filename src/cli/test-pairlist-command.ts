import { Command, Option } from 'commander';
import type { Exchange } from '../exchange/index.ts';
import { type Pair, parseTimeframe } from '../market/index.ts';
import { allPairs, createPairlist, noPairsError, type PairlistResult } from '../pairlist/index.ts';
import { systemClock } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import { seededRandom } from '../util/random.ts';
import { cliLogger } from './cli-logger.ts';
import { addExchangeOptions, chooseExchange, type ExchangeChoice, type ExchangeOptions } from './exchange-choice.ts';
import { hearWhitelists } from './hear-whitelists.ts';
import { wholeNumber } from './number-option.ts';
import { openExchange } from './open-exchange.ts';
import { plainTable } from './plain-table.ts';
import type { Terminal } from './terminal.ts';

interface TestPairlistOptions extends ExchangeOptions {
  readonly quote?: readonly string[];
  readonly oneColumn?: boolean;
  readonly printJson?: boolean;
  readonly timeout: number;
}

/** The pairs for one stake currency; undefined stands for any. */
interface Tested {
  readonly quote: string | undefined;
  readonly result: PairlistResult;
}

/** Where config has no timeframe, by which only ShuffleFilter goes. */
const USUAL_TIMEFRAME = '5m';

/** `candlecast test-pairlist`. */
export function testPairlistCommand(terminal: Terminal): Command {
  const command = new Command('test-pairlist').description(
    "Make the list of pairs once, as the config's pairlists say, and print it.",
  );
  return addExchangeOptions(command)
    .option('--quote <currency...>', "stake currencies to make it for, in place of the config's")
    .addOption(new Option('--print-json', 'the pairs as a JSON array').conflicts('oneColumn'))
    .option('-1, --one-column', 'a pair a line')
    .option('--timeout <seconds>', 'with ProducerPairList: how long to wait for producers', wholeNumber(1, 86_400), 30)
    .addHelpText(
      'after',
      `
With --verbose, what was left out, by which handler and why, is printed to standard error. Exit code 1 where StaticPairList alone
leaves no pairs, with which trade does not start.

Examples:
  candlecast test-pairlist -c user_data/config.json
  candlecast test-pairlist -c config.json --quote USDT BTC --verbose
  candlecast test-pairlist -c config.json --json | jq -r '.leftOut[] | .entry + ": " + .reason'
`,
    )
    .action(async (options: TestPairlistOptions) => {
      const logger = cliLogger(terminal, { ...options, quiet: true });
      const choice = await chooseExchange(options);
      const exchange = await openExchange(choice, { named: choice.settings.pair_whitelist, logger });
      try {
        const { stake_currency: stake } = choice.config;
        const producerPairs = await producerPairsFor(choice, options, logger);
        let failed: PairlistResult | undefined;
        for (const quote of options.quote ?? [stake]) {
          const result = await testPairlist({ choice, exchange, producerPairs, logger }, quote);
          const isFatal = result.pairs.length === 0 && isFixed(choice);
          print({ quote, result }, { ...options, isFatal }, terminal);
          if (isFatal) failed ??= result;
        }
        if (failed === undefined) return;
        const there = (await exchange.fetchMarkets()).map(({ pair }) => pair);
        throw noPairsError(failed.leftOut, there, choice.settings.pair_whitelist);
      } finally {
        await exchange.close();
      }
    });
}

/** Whether no pairs are a mistake, with which `trade` does not start: other lists than the static one may have some later. */
function isFixed({ config }: ExchangeChoice): boolean {
  return config.pairlists.every(({ method }) => method === 'StaticPairList');
}

interface Scene {
  readonly choice: ExchangeChoice;
  readonly exchange: Exchange;
  readonly producerPairs: ((name: string) => readonly Pair[]) | undefined;
  readonly logger: Logger;
}

async function testPairlist({ choice, ...rest }: Scene, quote: string | undefined): Promise<PairlistResult> {
  const { name, config, settings, tradingMode } = choice;
  const isBounded = name === 'simulated' || name === 'recorded';
  const whitelist = settings.pair_whitelist.length === 0 && isBounded ? allPairs : settings.pair_whitelist;
  const pairlist = createPairlist({
    ...rest,
    configs: config.pairlists,
    whitelist,
    blacklist: settings.pair_blacklist,
    stakeCurrency: quote,
    candleType: tradingMode,
    timeframe: parseTimeframe(config.timeframe ?? USUAL_TIMEFRAME),
    clock: systemClock,
    random: seededRandom(systemClock.now()),
  });
  return pairlist.refresh();
}

/** Connects only where a handler asks for producers. */
async function producerPairsFor(
  { config }: ExchangeChoice,
  { timeout }: TestPairlistOptions,
  logger: Logger,
): Promise<Scene['producerPairs']> {
  const { enabled, producers } = config.external_message_consumer;
  if (!enabled) return undefined;
  const names = new Set<string>();
  for (const each of config.pairlists) if (each.method === 'ProducerPairList') names.add(each.producer_name);
  const asked = producers.filter(({ name }) => names.has(name));
  const heard = await hearWhitelists(asked, { timeoutMs: timeout * 1000, clock: systemClock, logger });
  return (name) => heard.get(name) ?? [];
}

/** What is fatal is told by the error that follows. */
function print(
  { quote, result }: Tested,
  options: TestPairlistOptions & { readonly isFatal: boolean },
  { out, err }: Terminal,
): void {
  const { pairs, leftOut } = result;
  if (options.json) {
    out.write(`${JSON.stringify({ type: 'pairlist', quote, pairs, leftOut })}\n`);
    return;
  }
  if (options.oneColumn) out.write(pairs.map((pair) => `${pair}\n`).join(''));
  else if (options.printJson) out.write(`${JSON.stringify(pairs)}\n`);
  else out.write(`Pairs${quote === undefined ? '' : ` for ${quote}`}:\n${asList(pairs)}\n`);
  if (options.verbose && leftOut.length > 0) {
    const rows = leftOut.map(({ handler, entry, reason }) => [handler, entry, reason]);
    err.write(plainTable(['handler', 'left out', 'reason'], rows));
  } else if (pairs.length === 0 && !options.isFatal) {
    const hint = leftOut.length === 0 ? '' : `; ${leftOut.length} left out, --verbose tells why`;
    err.write(`no pairs${quote === undefined ? '' : ` for ${quote}`}${hint}\n`);
  }
}

/** As freqtrade prints it, for scripts that read that. */
function asList(pairs: readonly Pair[]): string {
  return `[${pairs.map((pair) => `'${pair}'`).join(', ')}]`;
}
