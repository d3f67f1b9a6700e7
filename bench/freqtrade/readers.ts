import { now } from '../consumer/messages.ts';
import type { PeerSettings } from './messages.ts';
import { Reader } from './reader.ts';
import { serve } from './serve.ts';

// Many connections in one process: consumers, as far as a producer can tell, that cost little.
await serve(({ pairs, rows, wsToken }: PeerSettings) => {
  const readers: Reader[] = [];
  const settings = { pairs: pairs.length, rows, wsToken };

  return {
    ready: {},
    handlers: {
      async join({ port, readers: count }) {
        const start = now();
        const more = Array.from({ length: count }, () => new Reader(port, settings));
        readers.push(...more);
        await Promise.all(more.map(({ synced }) => synced));
        return { ms: now() - start };
      },
      async 'catch up'({ states }) {
        const reading = readers.filter(({ isReading }) => isReading);
        await Promise.all(reading.map((reader) => reader.hasStates(states * settings.pairs)));
        return { deliveries: reading.reduce((sum, reader) => sum + reader.takeDeliveries(), 0) };
      },
      'stop reading'() {
        for (const reader of readers) reader.stopReading();
        return {};
      },
    },
    close() {
      for (const reader of readers) reader.close();
    },
  };
});
