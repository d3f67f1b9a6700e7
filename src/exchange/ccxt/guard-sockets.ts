import { isObject } from '../../util/is-object.ts';
import type { CcxtInstance } from './ccxt-instance.ts';

/**
 * Makes up for what ccxt 4.5.84 lacks in its websockets: a message that waits for its turn and can't be sent any more, because the
 * connection has ended in the meantime, rejects a promise that nobody looks at, which ends the process. Here it ends the
 * connection's streams, whose followers then know. What ccxt would write to the terminal goes to `log`.
 */
export function guardSockets(instance: CcxtInstance, log: (message: string) => void): void {
  instance.log = (...parts) => log(parts.map(String).join(' '));
  const clientOf = instance.client?.bind(instance);
  if (clientOf === undefined) return;
  const guarded = new WeakSet<object>();
  instance.client = (url) => {
    const client = clientOf(url);
    if (!isSender(client) || guarded.has(client)) return client;
    guarded.add(client);
    const send = client.send.bind(client);
    client.send = (message) => {
      const sent = send(message);
      sent.catch((error: unknown) => client.onError(error));
      return sent;
    };
    return client;
  };
}

/** A connection of ccxt, as far as it is touched here. */
interface Sender {
  send(message: unknown): Promise<unknown>;
  onError(error: unknown): void;
}

function isSender(value: unknown): value is Sender {
  return isObject(value) && typeof value.send === 'function' && typeof value.onError === 'function';
}
