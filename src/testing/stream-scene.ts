import { type PairKey, parseTimeframe } from '../market/index.ts';
import { Producer, type ProducerOptions } from '../producer/index.ts';
import { manualClock } from './manual-clock.ts';
import { type ManualStreamPeer, manualStreamPeer } from './manual-stream-peer.ts';
import { sampleFrame, sampleKey } from './sample-frame.ts';

/** A producer of so many pairs of so many rows, with some limits. */
export class StreamScene {
  readonly clock = manualClock(1_000_000);
  readonly producer: Producer;
  readonly keys: readonly PairKey[];
  rows: number;

  constructor(limits: ProducerOptions, { pairs = 1, rows = 20 } = {}) {
    const timeframe = parseTimeframe('5m');
    this.producer = new Producer({ timeframe, candleType: 'spot', epoch: 9, clock: this.clock, ...limits });
    this.keys = Array.from({ length: pairs }, (_, i) => sampleKey(`P${i + 1}/USDT`));
    this.producer.setWhitelist(this.keys.map(({ pair }) => pair));
    this.rows = rows;
    this.publish();
  }

  /** The same frame for all pairs. */
  publish(frame = sampleFrame({ rows: this.rows })): void {
    for (const key of this.keys) this.producer.publish({ key, frame, lastAnalyzed: 5000 }, { newCandle: false });
  }

  /** So many new rows of each, one after the other. */
  candle(times = 1): void {
    for (let i = 0; i < times; i++) {
      this.rows += 1;
      this.publish();
    }
  }

  /** One who subscribes to all, and may not read or not acknowledge. */
  peer({ acknowledges = true, isHeld = false } = {}): ManualStreamPeer {
    const peer = manualStreamPeer(this.producer);
    peer.acknowledges = acknowledges;
    if (isHeld) peer.socket.hold();
    peer.subscribe();
    return peer;
  }

  /** One who sends these requests. */
  stock(...requests: readonly object[]): ManualStreamPeer {
    const peer = manualStreamPeer(this.producer);
    for (const request of requests) peer.events.onMessage(JSON.stringify(request));
    this.clock.advance(0);
    return peer;
  }
}
