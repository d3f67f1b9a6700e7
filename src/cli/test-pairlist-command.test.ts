import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textTerminal } from '../../tests/fixtures/bot/text-terminal.ts';
import { parsePair } from '../market/index.ts';
import { scriptedProducer } from '../testing/index.ts';
import { main } from './main.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlecast-test-pairlist-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = ['ETH/USDT', 'BTC/USDT', 'ADA/EUR', 'SOL/USDT'];

interface GivenConfig extends Readonly<Record<string, unknown>> {
  readonly exchange?: Readonly<Record<string, unknown>>;
}

let runs = 0;

async function run(config: GivenConfig, ...args: readonly string[]) {
  const { exchange = {}, ...rest } = config;
  const file = join(folder, `${runs++}.json`);
  const settings = { name: 'simulated', pair_whitelist: names, ...exchange };
  writeFileSync(file, JSON.stringify({ stake_currency: 'USDT', exchange: settings, ...rest }));
  const { terminal, out, err } = textTerminal();
  const code = await main(['test-pairlist', '-c', file, ...args], terminal);
  return { code, out: out(), err: err() };
}

describe('test-pairlist', () => {
  it('prints the pairs, as freqtrade does', async () => {
    expect(await run({})).toEqual({
      code: 0,
      out: "Pairs for USDT:\n['ETH/USDT', 'BTC/USDT', 'SOL/USDT']\n",
      err: '',
    });
  });

  it('prints them for each stake currency, in one column or as JSON', async () => {
    expect((await run({}, '--quote', 'EUR', 'USDT', '-1')).out).toBe('ADA/EUR\nETH/USDT\nBTC/USDT\nSOL/USDT\n');
    expect((await run({}, '--print-json', '--quote', 'EUR', 'USDT')).out).toBe(
      '["ADA/EUR"]\n["ETH/USDT","BTC/USDT","SOL/USDT"]\n',
    );
  });

  it('fails where the static list leaves nothing, with the reasons, as trade does', async () => {
    const { code, out, err } = await run({}, '--quote', 'JPY');
    expect({ code, out }).toEqual({ code: 1, out: 'Pairs for JPY:\n[]\n' });
    expect(err).toContain('BTC/USDT: it is paid in USDT, and stake_currency is JPY');
    expect(err).toContain('[PAIRLIST_NO_PAIRS]');
    const both = await run({}, '--print-json', '--quote', 'JPY', 'EUR');
    expect([both.code, both.out]).toEqual([1, '[]\n["ADA/EUR"]\n']);
    const lines = (await run({}, '--json', '--quote', 'JPY')).out.trim().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { type: 'pairlist', pairs: [] },
      { type: 'error', code: 'PAIRLIST_NO_PAIRS' },
    ]);
  });

  it('does not fail where other handlers may leave something later', async () => {
    const pairlists = [{ method: 'StaticPairList' }, { method: 'SpreadFilter' }];
    expect(await run({ pairlists }, '--quote', 'JPY')).toEqual({
      code: 0,
      out: 'Pairs for JPY:\n[]\n',
      err: 'no pairs for JPY; 4 left out, --verbose tells why\n',
    });
  });

  it('tells what was left out, by whom and why', async () => {
    const config = {
      exchange: { pair_blacklist: ['BTC/.*'] },
      pairlists: [{ method: 'StaticPairList' }, { method: 'OffsetFilter', offset: 1 }],
    };
    const { out, err } = await run(config, '--verbose', '--print-json');
    expect(out).toBe('["SOL/USDT"]\n');
    const lines = err
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(lines).toEqual([
      ['handler', 'left out', 'reason'],
      ['StaticPairList', 'ADA/EUR', 'it is paid in EUR, and stake_currency is USDT'],
      ['OffsetFilter', 'ETH/USDT', 'it is one of the first 1'],
      ['pair_blacklist', 'BTC/USDT', 'blacklisted by "BTC/.*"'],
    ]);
    expect(JSON.parse((await run(config, '--json')).out)).toMatchObject({
      type: 'pairlist',
      quote: 'USDT',
      pairs: ['SOL/USDT'],
      leftOut: [{ entry: 'ADA/EUR' }, { entry: 'ETH/USDT' }, { entry: 'BTC/USDT', handler: 'pair_blacklist' }],
    });
  });

  it('asks the market that the config names', async () => {
    const pairlists = [
      { method: 'VolumePairList', number_assets: 10 },
      { method: 'AgeFilter' },
      { method: 'VolatilityFilter', lookback_days: 5 },
    ];
    const { code, out, err } = await run({ pairlists, exchange: { pair_whitelist: [] } }, '-1');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const pairs = out.trim().split('\n');
    expect(new Set(pairs).size).toBe(10);
    for (const pair of pairs) expect(pair).toMatch(/\/USDT$/);
  });

  it('asks producers for their pairs, and says which is away', async () => {
    await using producer = await scriptedProducer({
      onRequest: (text, connection) => {
        if (!text.includes('whitelist')) return;
        connection.send({ type: 'whitelist', pairs: ['SOL/USDT', 'ETH/USDT'].map(parsePair) });
      },
    });
    const away = await scriptedProducer();
    await away[Symbol.asyncDispose]();
    const config = {
      pairlists: ['near', 'away'].map((name) => ({ method: 'ProducerPairList', producer_name: name })),
      external_message_consumer: {
        enabled: true,
        producers: [
          { name: 'near', host: '127.0.0.1', port: producer.port, ws_token: 'token' },
          { name: 'away', host: '127.0.0.1', port: away.port, ws_token: 'token' },
        ],
      },
    };
    const { code, out, err } = await run(config, '--print-json', '--timeout', '1');
    expect({ code, out }).toEqual({ code: 0, out: '["SOL/USDT","ETH/USDT"]\n' });
    expect(err).toContain('no pairs from producer "away": ');
    expect(err).not.toContain('near');
  });

  it('says what is wrong with the config', async () => {
    const { code, err } = await run({ pairlists: [{ method: 'AgeFilter' }] });
    expect(code).toBe(1);
    expect(err).toContain('AgeFilter');
  });
});
