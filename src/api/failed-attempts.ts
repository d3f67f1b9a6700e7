import type { Clock } from '../util/clock.ts';
import { networkOf } from './remote-network.ts';

/** How many wrong passwords or tokens a peer may try. */
export interface AttemptLimits {
  /** So many failures within `withinMs` make the peer wait. Default 10. */
  readonly most: number;
  /** Default 60,000 ms. Without a failure for so long after its last wait, a peer begins anew. */
  readonly withinMs: number;
  /** The first wait is a second; each failure after it doubles the wait, up to this. Default 300,000 ms. */
  readonly longestWaitMs: number;
  /** Peers that are remembered; beyond these, those whose last failure is the longest ago are forgotten. Default 10,000. */
  readonly mostPeers: number;
}

const DEFAULTS: AttemptLimits = { most: 10, withinMs: 60_000, longestWaitMs: 300_000, mostPeers: 10_000 };

const FIRST_WAIT_MS = 1_000;

interface Peer {
  /** When its last failures were, fewer than `most`, oldest first. */
  readonly times: readonly number[];
  /** The length of its last wait; 0 where there was none. */
  readonly waitMs: number;
  /** When that wait ends. */
  readonly until: number;
}

/**
 * Slows down peers that try one secret after the other. A peer is an IPv4 address, or an IPv6 network of 64 bits. Attempts while a
 * peer waits change nothing, so one that comes back and back with a wrong token is let in as soon as the wait at hand is over and
 * its token is right.
 */
export class FailedAttempts {
  readonly #clock: Clock;
  readonly #limits: AttemptLimits;
  /** In the order of their last failures. */
  readonly #peers = new Map<string, Peer>();

  constructor(clock: Clock, limits: Partial<AttemptLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...DEFAULTS, ...limits };
  }

  /** How many peers are remembered. */
  get size(): number {
    return this.#peers.size;
  }

  /** Milliseconds until this address may try again; 0 for at once. */
  waitMs(address: string): number {
    const peer = this.#peers.get(networkOf(address));
    if (peer === undefined) return 0;
    // A wall clock that was set back lengthens no wait.
    return Math.min(peer.waitMs, Math.max(0, peer.until - this.#clock.now()));
  }

  /** Notes a wrong secret. */
  failed(address: string): void {
    const { most, withinMs, longestWaitMs, mostPeers } = this.#limits;
    const key = networkOf(address);
    const now = this.#clock.now();
    const known = this.#peers.get(key);
    const { times, waitMs } = known === undefined || now - known.until >= withinMs ? NOBODY : known;
    const recent = [...times.filter((time) => now - time < withinMs), now];
    const nextMs = waitMs > 0 ? waitMs * 2 : recent.length >= most ? FIRST_WAIT_MS : 0;
    const wait = Math.min(nextMs, longestWaitMs);
    // Behind the others, as the one that failed last. Who has waited once waits at each failure: its times count for nothing.
    this.#peers.delete(key);
    this.#peers.set(key, { times: wait > 0 ? [] : recent, waitMs: wait, until: now + wait });
    if (this.#peers.size <= mostPeers) return;
    for (const oldest of this.#peers.keys()) {
      this.#peers.delete(oldest);
      return;
    }
  }

  /** Forgets the failures of an address: it knew a secret. */
  succeeded(address: string): void {
    this.#peers.delete(networkOf(address));
  }
}

const NOBODY: Peer = { times: [], waitMs: 0, until: 0 };

/** A wait as `Retry-After` has it: whole seconds, not fewer than the wait. */
export function retryAfterSeconds(waitMs: number): number {
  return Math.ceil(waitMs / 1000);
}
