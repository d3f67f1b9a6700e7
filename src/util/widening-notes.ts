/** Whether the n-th time of the same thing is told: the 1st, 2nd, 4th, 8th, …, so that what goes on and on does not fill a log. */
export function isTold(times: number): boolean {
  return Number.isInteger(Math.log2(times));
}

/** Counts how often each of a number of peers did something. What peers there are is bounded, since they choose it. */
export class PeerCounts {
  readonly #counts = new Map<string, number>();
  readonly #mostPeers: number;

  /** @param mostPeers beyond so many the counting begins anew. */
  constructor(mostPeers = 1000) {
    this.#mostPeers = mostPeers;
  }

  /** Counts one time more of a peer, and returns how many there have been. */
  add(peer: string): number {
    const times = (this.#counts.get(peer) ?? 0) + 1;
    if (this.#counts.size >= this.#mostPeers && times === 1) this.#counts.clear();
    this.#counts.set(peer, times);
    return times;
  }
}

/** The host of an address such as `127.0.0.1:8080` or `::1:8080`. */
export function hostOf(remote: string): string {
  return remote.slice(0, Math.max(0, remote.lastIndexOf(':')));
}
