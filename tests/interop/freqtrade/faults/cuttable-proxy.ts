/// <reference lib="esnext.disposable" preserve="true" />
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a port that can be cut. */
export interface CuttableProxy extends AsyncDisposable {
  readonly port: number;
  /** Ends every connection, and lets none through until `mend`. */
  cut(): void;
  mend(): void;
}

/** Passes connections on to a port of this machine. */
export async function cuttableProxy(target: number): Promise<CuttableProxy> {
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((from) => {
    const to = connect(target, '127.0.0.1');
    for (const socket of [from, to]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open.delete(socket);
        from.destroy();
        to.destroy();
      });
    }
    if (isCut) from.destroy();
    from.pipe(to).pipe(from);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  const end = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: address.port,
    cut() {
      isCut = true;
      end();
    },
    mend: () => void (isCut = false),
    async [Symbol.asyncDispose]() {
      server.close();
      end();
      await once(server, 'close');
    },
  };
}
