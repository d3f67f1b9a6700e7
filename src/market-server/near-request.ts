import type { IncomingMessage } from 'node:http';

type Asker = Pick<IncomingMessage, 'headers'> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/**
 * Whether a request is by a program of this machine, and not by a page of elsewhere in its browser: the page would have a foreign
 * origin, or a host that was given this machine's address to hide that.
 */
export function isNear(request: Asker): boolean {
  return (
    comesFromHere(request) && isLocalName(hostOf(`http://${request.headers.host ?? ''}`)) && hasNoForeignOrigin(request)
  );
}

/** Whether a websocket may be opened: from other machines too, but by no page of elsewhere. */
export function mayOpenStream(request: Asker): boolean {
  return comesFromHere(request) ? isNear(request) : hasNoForeignOrigin(request);
}

function comesFromHere({ socket }: Asker): boolean {
  return isLoopback(socket.remoteAddress ?? '');
}

/** Programs that are no browsers send none. */
function hasNoForeignOrigin({ headers: { origin } }: Asker): boolean {
  return origin === undefined || isLocalName(hostOf(origin));
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? '';
}

function isLocalName(host: string): boolean {
  return host === 'localhost' || isLoopback(host.replace(/^\[(.*)\]$/, '$1'));
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address);
}
