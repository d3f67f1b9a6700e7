import { badOption } from '../consumer/consumer-options.ts';
import { MESSAGE_PATH } from '../wire/index.ts';

/** A producer's address as a URL. */
export interface PlaceByUrl {
  /**
   * `wss://bot.example`, `https://bot.example:8443/behind/a/proxy`, or one relative to the page, such as `/`. Without a path it is
   * freqtrade's, `/api/v1/message/ws`.
   */
  readonly url: string;
  readonly host?: never;
  readonly port?: never;
  readonly secure?: never;
}

/** A producer's address by its parts. */
export interface PlaceByHost {
  readonly url?: never;
  readonly host: string;
  /** Default 8080. */
  readonly port?: number;
  /** Connect with TLS, without which a page that came by https may only connect to its own machine. Default false. */
  readonly secure?: boolean;
}

/** Where a producer is, with the URL of its message websocket where that does not follow from the rest. */
export interface ProducerPlace {
  readonly host: string;
  readonly port?: number;
  readonly secure?: boolean;
  readonly url?: string;
}

const SECURE: Readonly<Record<string, boolean>> = { 'ws:': false, 'http:': false, 'wss:': true, 'https:': true };

/**
 * Where the options say that the producer is.
 *
 * @throws ConsumerError CONSUMER_BAD_OPTION for what is no such URL, or a URL beside a host. What could be a secret is not quoted.
 */
export function producerPlace(options: PlaceByUrl | PlaceByHost): ProducerPlace {
  const { url, host, port, secure } = options;
  if (url === undefined) {
    if (host === undefined) throw badOption('host', 'a host name or address, or url in its place', host);
    return { host, ...(port === undefined ? {} : { port }), ...(secure === undefined ? {} : { secure }) };
  }
  if (host !== undefined || port !== undefined || secure !== undefined) {
    throw badOption('url', 'either url or host, port and secure', { host, port, secure });
  }
  return placeOf(url);
}

function placeOf(text: string): ProducerPlace {
  const base = typeof location === 'undefined' ? undefined : location.href;
  if (typeof text !== 'string' || !URL.canParse(text, base)) {
    throw badOption('url', 'an address such as wss://bot.example', withoutSecrets(text));
  }
  const { protocol, host, hostname, port, pathname, username, password, search, hash } = new URL(text, base);
  const secure = Object.hasOwn(SECURE, protocol) ? SECURE[protocol] : undefined;
  if (secure === undefined || hostname === '') {
    throw badOption('url', 'an address that begins with wss, ws, https or http', protocol);
  }
  if (`${username}${password}${search}${hash}` !== '') {
    const found = `${protocol}//${host}${pathname} with more`;
    throw badOption('url', 'an address without user, query and fragment; the token goes into wsToken', found);
  }
  const path = pathname === '/' ? MESSAGE_PATH : pathname;
  const url = `${secure ? 'wss' : 'ws'}://${host}${path}`;
  return { host: hostname, port: port === '' ? (secure ? 443 : 80) : Number(port), secure, url };
}

/** As much of what is no URL as holds no token. */
function withoutSecrets(text: unknown): unknown {
  return typeof text === 'string' ? text.replace(/[?#].*$/su, '').replace(/\/\/[^/]*@/u, '//') : typeof text;
}
