import { setTimeout as sleep } from 'node:timers/promises';
import { createApiServer } from '../../src/api/index.ts';
import type { AnyFrame } from '../../src/frame/index.ts';
import { parsePair, parseTimeframe } from '../../src/market/index.ts';
import { Producer } from '../../src/producer/index.ts';
import { yieldTurn } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/logger.ts';
import { now } from '../consumer/messages.ts';
import { collectedMemory } from './collected-memory.ts';
import { digestFrames, readFrames } from './frame-files.ts';
import type { Answer, PeerSettings } from './messages.ts';
import { serve } from './serve.ts';

const timeframe = parseTimeframe('5m');
const candleType = 'spot';
const server = {
  listenIpAddress: '127.0.0.1',
  listenPort: 0,
  jwtSecretKey: undefined,
  username: undefined,
  password: undefined,
  corsOrigins: [],
};

// The parts of a bot that make it a producer, and nothing else.
await serve(async ({ folder, pairs: names, rows, wsToken }: PeerSettings) => {
  const pairs = names.map(parsePair);
  const frames = readFrames(folder, names);
  const producer = new Producer({ timeframe, candleType });
  let connections = 0;
  producer.setWhitelist(pairs);
  const api = await createApiServer({
    settings: { ...server, wsTokens: [wsToken] },
    logger: silentLogger,
    acceptMessageSocket(socket) {
      connections += 1;
      return producer.attach(socket);
    },
  });
  const { port } = await api.listen();
  let windows: readonly AnyFrame[] = [];

  return {
    ready: { port },
    handlers: {
      digest: () => ({ digest: digestFrames(frames) }),
      prepare({ candle, how = 'anew' }) {
        windows = frames.map((frame) => {
          const window = frame.slice(candle, candle + rows);
          return how === 'anew' ? copied(window) : window;
        });
        return {};
      },
      // As a bot does between pairs.
      emit: () => emit(yieldTurn),
      'emit alone': ({ pauseMs }) => emit(() => sleep(pauseMs)),
      holdings,
      connections: () => ({ connections }),
    },
    async close() {
      producer.close();
      await api.close();
    },
  };

  async function emit(rest: () => Promise<unknown>): Promise<Answer<'emit'>> {
    const emittedAt: number[] = [];
    for (const [i, frame] of windows.entries()) {
      emittedAt.push(now());
      const key = { pair: pairs[i], timeframe, candleType } as const;
      producer.publish({ key, frame, lastAnalyzed: Date.now() }, { newCandle: true });
      await rest();
    }
    return { emittedAt };
  }

  function holdings(): Answer<'holdings'> {
    const { heapUsed, external } = collectedMemory();
    const { sessions } = producer;
    return {
      heldBytes: heapUsed + external,
      queuedBytes: sessions.map(({ queuedBytes }) => queuedBytes),
      waitingFrames: sessions.map(({ pendingFrames }) => pendingFrames),
    };
  }
});

/** Memory of its own for every column, written now: a strategy computes all of them anew, and none is part of the one before. */
function copied(frame: AnyFrame): AnyFrame {
  const copy = frame.detached();
  // Each column is copied when its first value is read.
  for (const name of copy.names) copy.column(name).cell(0);
  return copy;
}
