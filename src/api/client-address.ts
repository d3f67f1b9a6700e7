import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { ApiError } from './api-error.ts';
import { plainAddress } from './remote-network.ts';

/** Proxies that are believed when they say whose request they pass on. */
export class TrustedProxies {
  readonly #list = new BlockList();

  /**
   * @param proxies addresses, or networks such as `10.0.0.0/8`.
   * @throws ApiError API_BAD_PROXY.
   */
  constructor(proxies: readonly string[]) {
    for (const proxy of proxies) this.#add(proxy);
  }

  #add(proxy: string): void {
    const [address, bits] = proxy.split('/');
    const family = isIP(address);
    const longest = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : longest + 1;
    if (family === 0 || prefix > longest || proxy.split('/').length > 2) {
      const message = `api_server.trusted_proxies: expected an IP address, or a network such as "10.0.0.0/8", found ${JSON.stringify(proxy)}`;
      throw new ApiError('API_BAD_PROXY', message, { value: proxy });
    }
    this.#list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }

  /**
   * The address of the client that a request comes from: the connection's, or, where that is a trusted proxy's, the newest address
   * in `X-Forwarded-For` that is none. What stands before that in the header was said by the client, and is not believed.
   */
  clientOf(request: Pick<IncomingMessage, 'headers' | 'socket'>): string {
    let client = plainAddress(request.socket.remoteAddress ?? '');
    // Node joins repeated headers with commas, in their order.
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
    while (this.#has(client) && forwarded.length > 0) {
      const next = plainAddress((forwarded.pop() ?? '').trim());
      if (isIP(next) === 0) break;
      client = next;
    }
    return client;
  }

  #has(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }
}
