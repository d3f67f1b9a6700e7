import { now } from '../consumer/messages.ts';
import type { PeerSettings } from './messages.ts';
import { Reader } from './reader.ts';
import { serve } from './serve.ts';

// Many connections in one process: consumers, as far as a producer can tell, that cost little.
await serve(({ pairs, rows, wsToken }: PeerSettings) => {
  const readers: Reader[] = [];

  return {
    ready: {},
    handlers: {
      async join({ port, readers: count, pairs: mostPairs, tail }) {
        const start = now();
        const wants = (i: number) => ({
          pairs: mostPairs ?? pairs.length,
          tail: tail === undefined ? rows : tail - i,
          thenStops: mostPairs !== undefined,
        });
        const more = Array.from({ length: count }, (_, i) => new Reader(port, wsToken, wants(i)));
        readers.push(...more);
        await Promise.all(more.map(({ synced }) => synced));
        return { ms: now() - start };
      },
      async 'catch up'({ states }) {
        const reading = readers.filter(({ isReading }) => isReading);
        await Promise.all(reading.map((reader) => reader.hasStates(states * pairs.length)));
        return { deliveries: reading.reduce((sum, reader) => sum + reader.takeDeliveries(), 0) };
      },
    },
    close() {
      for (const reader of readers) reader.close();
    },
  };
});
