import type { MessageSocket } from '../../../src/wire/index.ts';
import type { ProducerOptions } from '../../../src/producer/index.ts';
import { ProvedConsumer, ProvedProducer } from './proved-scene.ts';

/** How what was lost came again. */
export interface HoleReport {
  readonly pairs: number;
  /** Messages that were lost. */
  readonly lost: number;
  /** From the loss until every copy was the newest again, in milliseconds. */
  readonly healedMs: readonly number[];
  readonly snapshots: number;
  /** Of what healed it, bytes on the way to the consumer. */
  readonly bytes: number;
  /** Copies that were asked for again. */
  readonly resyncs: number;
  /** Heartbeats that were sent from the loss until a consumer asked, the most of any hole. */
  readonly mostHeartbeats: number;
  readonly wrong: readonly string[];
}

/** What a socket carries, and does not. */
class LossySocket {
  isLosing = false;
  lost = 0;
  bytes = 0;
  heartbeats = 0;

  over(socket: MessageSocket): MessageSocket {
    const count = (bytes: Uint8Array) => void (this.bytes += bytes.length);
    return {
      remote: socket.remote,
      get bufferedBytes() {
        return socket.bufferedBytes;
      },
      close: (code, reason) => socket.close(code, reason),
      sendText: (utf8, onSent) => {
        count(utf8);
        if (new TextDecoder().decode(utf8).includes('"heartbeat":')) this.heartbeats += 1;
        socket.sendText(utf8, onSent);
      },
      sendBinary: (bytes, onSent) => {
        if (!this.isLosing) {
          count(bytes);
          socket.sendBinary(bytes, onSent);
          return;
        }
        this.lost += 1;
        // As one that was handed over.
        if (onSent !== undefined) queueMicrotask(onSent);
      },
    };
  }
}

/** Loses one candle of every pair, so many times, each when what was lost before is healed. */
export async function runHoles(options: {
  readonly pairs: number;
  readonly rows: number;
  readonly columns: number;
  readonly holes: number;
  readonly limits?: ProducerOptions;
}): Promise<HoleReport> {
  const { pairs, rows, columns, holes, limits = {} } = options;
  const lossy = new LossySocket();
  await using producer = await ProvedProducer.start({
    pairs,
    shape: { rows, columns },
    limits,
    through: (socket) => lossy.over(socket),
  });
  let heartbeatsBefore = 0;
  let mostHeartbeats = 0;
  let resyncs = 0;
  using consumer = new ProvedConsumer(producer, {
    onEvent(event) {
      if (event.type !== 'resync') return;
      resyncs += 1;
      mostHeartbeats = Math.max(mostHeartbeats, lossy.heartbeats - heartbeatsBefore);
    },
  });
  await consumer.untilNewest();
  const { snapshots } = consumer;
  const healedMs: number[] = [];
  const healing: number[] = [];
  for (let hole = 0; hole < holes; hole++) {
    lossy.isLosing = true;
    producer.candles();
    lossy.isLosing = false;
    const from = performance.now();
    const { bytes } = lossy;
    heartbeatsBefore = lossy.heartbeats;
    consumer.isJudging = false;
    await consumer.untilNewest();
    healedMs.push(performance.now() - from);
    healing.push(lossy.bytes - bytes);
    consumer.isJudging = true;
    consumer.judgeAll();
  }
  return {
    pairs,
    lost: lossy.lost,
    healedMs,
    snapshots: consumer.snapshots - snapshots,
    bytes: healing.reduce((sum, each) => sum + each, 0) / holes,
    resyncs,
    mostHeartbeats,
    wrong: consumer.wrong,
  };
}
