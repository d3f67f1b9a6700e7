import { createInterface } from 'node:readline';
import { createApiServer } from '../../../../src/api/index.ts';
import { parsePair, parseTimeframe } from '../../../../src/market/index.ts';
import { Producer } from '../../../../src/producer/index.ts';
import { sampleKey } from '../../../../src/testing/index.ts';
import { consoleLogger } from './fault-process.ts';
import { frameOf } from './fault-frames.ts';
import { apiSettings } from '../../../e2e/wire-scene.ts';

/**
 * A producer of ours as a process of its own: each pair has a new candle every `everyMs` of the wall's time from `anchorMs` on,
 * whichever process is there to tell of it. To a line it answers with the number of the newest candle, and there are no more.
 */
interface FaultProducerSettings {
  readonly port: number;
  readonly token: string;
  readonly pairs: readonly string[];
  readonly rows: number;
  readonly anchorMs: number;
  readonly everyMs: number;
}

const settings: FaultProducerSettings = JSON.parse(process.argv[2]);
const { port, token, pairs, rows, anchorMs, everyMs } = settings;
const producer = new Producer({ timeframe: parseTimeframe('5m'), candleType: 'spot', logger: consoleLogger });
producer.setWhitelist(pairs.map(parsePair));
let published = -1;
const publish = () => {
  const newest = rows + Math.floor((Date.now() - anchorMs) / everyMs);
  if (newest === published) return;
  for (const pair of pairs) {
    // Of candles that nobody told of, all are new.
    for (let candle = published === -1 ? newest : published + 1; candle <= newest; candle++) {
      const frame = frameOf(pair, { first: candle + 1 - rows, rows });
      producer.publish({ key: sampleKey(pair), frame, lastAnalyzed: Date.now() }, { newCandle: true });
    }
  }
  published = newest;
};
publish();
const api = await createApiServer({
  settings: { ...apiSettings, wsTokens: [token], listenPort: port },
  logger: consoleLogger,
  acceptMessageSocket: (socket) => producer.attach(socket),
});
await api.listen();
const publishing = setInterval(publish, 20);
createInterface({ input: process.stdin }).on('line', () => {
  clearInterval(publishing);
  process.stdout.write(`${published}\n`);
});
process.stdout.write('ready\n');
