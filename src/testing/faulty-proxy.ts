/// <reference lib="esnext.disposable" preserve="true" />
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Clock, systemClock } from '../util/clock.ts';
import { FaultyLane, type LanePace, type LaneSettings } from './faulty-lane.ts';

export interface FaultyProxyOptions {
  /** The port of this machine to which connections are passed on. */
  readonly target: number;
  /** Bytes a second in each direction of all connections together. Default: no limit. */
  readonly bytesPerSecond?: number;
  /** Added to the way in each direction. Default 0. */
  readonly latencyMs?: number;
  readonly clock?: Clock;
}

/** Bytes that were passed on so far. */
export interface FaultyProxyStats {
  readonly toClients: number;
  readonly toTarget: number;
  /** Connections taken so far, and those that stand. */
  readonly connections: number;
  readonly open: number;
}

/** A way to a port over real TCP on which things go wrong when the test says so. */
export interface FaultyProxy extends AsyncDisposable {
  /** Where clients connect to. */
  readonly port: number;
  readonly stats: FaultyProxyStats;
  /** Nothing moves in either direction until `resume`, and nobody is told; connections stand, and new ones are taken. */
  stall(): void;
  resume(): void;
  /** Ends every connection without a word. New ones are taken. */
  cut(): void;
  /** The same, and new ones are ended at once until `open`. */
  shut(): void;
  open(): void;
  /** Inverts a bit in each of the next `chunks` pieces, of at most 4 KiB, that pass from the target to clients. */
  corrupt(chunks: number): void;
  /** Carries so many bytes a second in each direction from now on; Infinity for no limit. */
  throttle(bytesPerSecond: number): void;
}

/**
 * Starts a proxy on 127.0.0.1.
 *
 * It reads no faster than it may pass on, in pieces of 4 KiB, so a throttled target is held up. What the kernel takes from the target
 * before that is not the proxy's to say: Node cannot set the sizes of a socket's buffers. Linux takes about 4 MB on its loopback, whose
 * segments are of 64 KiB.
 */
export async function faultyProxy(options: FaultyProxyOptions): Promise<FaultyProxy> {
  const { clock = systemClock, latencyMs = 0, bytesPerSecond = Infinity } = options;
  const settings: LaneSettings = { bytesPerSecond, latencyMs, isStalled: false, toCorrupt: 0 };
  const passing: Passing = {
    clock,
    settings,
    toClients: { freeMs: 0, bytes: 0 },
    toTarget: { freeMs: 0, bytes: 0 },
    connections: new Set(),
  };
  let isShut = false;
  let taken = 0;

  const server = createServer({ allowHalfOpen: true, highWaterMark: 4096, noDelay: true }, (client) => {
    if (isShut) {
      client.destroy();
      return;
    }
    taken += 1;
    pass(client, connect({ port: options.target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }), passing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port, not on a pipe
  const { port } = server.address() as AddressInfo;

  const cut = () => {
    for (const { end } of passing.connections) end();
  };
  const wake = () => {
    for (const { wake: wakeOne } of passing.connections) wakeOne();
  };
  return {
    port,
    get stats() {
      const [{ bytes: toClients }, { bytes: toTarget }] = [passing.toClients, passing.toTarget];
      return { toClients, toTarget, connections: taken, open: passing.connections.size };
    },
    stall: () => void (settings.isStalled = true),
    resume() {
      settings.isStalled = false;
      wake();
    },
    cut,
    shut() {
      isShut = true;
      cut();
    },
    open: () => void (isShut = false),
    corrupt: (chunks) => void (settings.toCorrupt = chunks),
    throttle(next) {
      settings.bytesPerSecond = next;
      for (const pace of [passing.toClients, passing.toTarget]) pace.freeMs = Math.min(pace.freeMs, clock.now());
      wake();
    },
    async [Symbol.asyncDispose]() {
      isShut = true;
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}

/** What all connections of a proxy share. */
interface Passing {
  readonly clock: Clock;
  readonly settings: LaneSettings;
  readonly toClients: LanePace;
  readonly toTarget: LanePace;
  readonly connections: Set<{ readonly wake: () => void; readonly end: () => void }>;
}

function pass(client: Socket, target: Socket, { clock, settings, toClients, toTarget, connections }: Passing): void {
  const lanes = [
    new FaultyLane(target, client, { clock, settings, pace: toClients, mayCorrupt: true }),
    new FaultyLane(client, target, { clock, settings, pace: toTarget, mayCorrupt: false }),
  ];
  const connection = {
    wake() {
      for (const lane of lanes) lane.wake();
    },
    end() {
      connections.delete(connection);
      for (const lane of lanes) lane.close();
      client.destroy();
      target.destroy();
    },
  };
  connections.add(connection);
  for (const socket of [client, target]) {
    socket.on('error', () => connection.end());
    socket.on('close', () => connection.end());
  }
}
