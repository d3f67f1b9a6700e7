import { join } from 'node:path';
import { assert } from '../../../../src/util/assert.ts';
import { scratchFolder } from './at-end.ts';
import { startCandlecast } from './candlecast-process.ts';

/** A running market server. */
export interface Market {
  /** The file that points a bot there. */
  readonly config: string;
  readonly pairs: readonly string[];
}

/** Starts a market of the present with that many pairs. */
export async function startMarket(pairs: number): Promise<Market> {
  const folder = scratchFolder();
  const config = join(folder, 'market.json');
  const args = ['serve-market', '--port', '0', '-p', String(pairs), '--write-config', config];
  const { listening } = await startCandlecast(args, folder);
  const told = listening.pairs;
  assert(Array.isArray(told) && told.length === pairs, `the market tells its ${pairs} pairs: ${JSON.stringify(told)}`);
  return { config, pairs: told.map(String) };
}
