import type { PeerSettings } from './messages.ts';
import { Peer, type Program } from './peer.ts';

/** Processes that are given the same settings, and stopped together. */
export interface Peers extends AsyncDisposable {
  start(program: Program): Peer;
}

export function startPeers(settings: PeerSettings): Peers {
  const stack = new AsyncDisposableStack();
  return {
    start(program) {
      const peer = new Peer(program, settings);
      stack.defer(() => peer.stop());
      return peer;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
