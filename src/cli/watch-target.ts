/** Which producer to watch. */
export interface WatchTarget {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** From `?token=`. */
  readonly token: string | undefined;
}

/** freqtrade's usual port, and that of proxies with TLS. */
const DEFAULT_PORTS = { plain: 8080, secure: 443 } as const;

/** Reads `ws://host:port`, `wss://host`, `host:port`, with a path or a token behind it or not; text is what is wrong. Never quotes a token. */
export function parseWatchTarget(text: string): WatchTarget | string {
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `ws://${text}`;
  if (!URL.canParse(withScheme)) {
    return `expected ws://host:port or host:port, as 127.0.0.1:8080 or [::1]:8080; found "${withoutToken(text)}"`;
  }
  const url = new URL(withScheme);
  const secure = url.protocol === 'wss:' || url.protocol === 'https:';
  if (!secure && url.protocol !== 'ws:' && url.protocol !== 'http:') {
    return `expected ws:// or wss://, found ${url.protocol}//`;
  }
  // URL drops a scheme's own port.
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(withScheme)?.[1] ?? '';
  const port = /:(\d+)$/.exec(authority)?.[1] ?? (secure ? DEFAULT_PORTS.secure : DEFAULT_PORTS.plain);
  return { host: url.hostname, port: Number(port), secure, token: url.searchParams.get('token') ?? undefined };
}

function withoutToken(text: string): string {
  return text.replace(/([?&]token=)[^&#]*/g, '$1<hidden>');
}
