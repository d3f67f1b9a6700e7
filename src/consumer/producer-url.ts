import { MESSAGE_PATH } from '../wire/index.ts';
import type { ProducerAddress } from './consumer-options.ts';

/** A producer's address as a URL, without the token. */
export function producerUrl({ host, port, secure }: ProducerAddress): string {
  const hostPart = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${secure ? 'wss' : 'ws'}://${hostPart}:${port}${MESSAGE_PATH}`;
}
