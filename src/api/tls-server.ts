import { lookup } from 'node:dns/promises';
import { unwatchFile, watchFile } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import { readTls, type TlsFiles, type TlsIdentity } from './tls-files.ts';

/** Between looks at the files. They are looked at by path, so that links which are set anew are noticed too. */
const LOOK_MS = 2_000;

/** A certificate and its key are written one after the other. */
const SETTLE_MS = 1_000;

/** A client that begins a handshake and does not finish it is cut after this. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** The HTTPS servers of an API, with one certificate that is read again when its files change. */
export class TlsServers {
  readonly #files: TlsFiles;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #lookMs: number;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #onChange = () => this.#readSoon();
  #identity: TlsIdentity;
  #settling: Timer | undefined;
  #told = '';
  #closed = false;

  private constructor(identity: TlsIdentity, options: TlsServersOptions) {
    this.#identity = identity;
    this.#files = options.files;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#lookMs = options.lookMs ?? LOOK_MS;
  }

  /** @throws ApiError API_TLS_UNREADABLE, API_TLS_INVALID. */
  static async open(options: TlsServersOptions): Promise<TlsServers> {
    return new TlsServers(await readTls(options.files), options);
  }

  /** Makes the server. It is not listening yet. */
  create(onRequest: RequestListener): Server {
    const server = createServer({ ...this.#context, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, onRequest);
    this.#servers.push(server);
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      if (this.#closed) socket.destroy();
    });
    return server;
  }

  /**
   * Has the server, which listens at one address of a host name, answer at the name's others too. Those that cannot be listened at
   * are passed over.
   */
  async listenAtOthers(host: string): Promise<void> {
    const [main] = this.#servers;
    const first = main.address();
    if (typeof first !== 'object' || first === null) return;
    const found = await lookup(host, { all: true });
    const others = found.filter(({ address }) => address !== first.address);
    await Promise.all(others.map(({ address }) => this.#listenToo(main, { host: address, port: first.port })));
  }

  async #listenToo(main: Server, place: { readonly host: string; readonly port: number }): Promise<void> {
    const server = this.create((...request) => void main.emit('request', ...request));
    server.on('upgrade', (...upgrade) => void main.emit('upgrade', ...upgrade));
    server.on('clientError', (...failed) => void main.emit('clientError', ...failed));
    main.on('close', () => server.close());
    await new Promise<void>((resolve) => {
      server.once('error', () => resolve());
      server.listen(place, resolve);
    });
    if (this.#closed) server.close();
  }

  /** Tells the fingerprint, and looks at the files from now on. */
  start(): void {
    this.#tell('TLS is on');
    for (const file of new Set([this.#files.cert, this.#files.key])) {
      watchFile(file, { interval: this.#lookMs, persistent: false }, this.#onChange);
    }
  }

  /** Stops looking at the files, and cuts what is left of connections, those in their handshake among them. */
  close(): void {
    this.#closed = true;
    this.#settling?.cancel();
    for (const file of [this.#files.cert, this.#files.key]) unwatchFile(file, this.#onChange);
    for (const socket of this.#sockets) socket.destroy();
  }

  get #context() {
    const { cert, key } = this.#identity;
    return { cert, key, minVersion: 'TLSv1.2' } as const;
  }

  #readSoon(): void {
    this.#settling?.cancel();
    this.#settling = this.#clock.setTimer(() => void this.#read(), SETTLE_MS);
  }

  async #read(): Promise<void> {
    try {
      const found = await readTls(this.#files);
      this.#told = '';
      if (this.#closed || (found.cert.equals(this.#identity.cert) && found.key.equals(this.#identity.key))) return;
      this.#identity = found;
      for (const server of this.#servers) server.setSecureContext(this.#context);
      this.#tell('TLS goes on with another certificate');
    } catch (error) {
      const message = messageOf(error);
      if (this.#closed || message === this.#told) return;
      this.#told = message;
      this.#logger.error(`the new certificate is not taken, the one before stays in use: ${message}`);
    }
  }

  #tell(what: string): void {
    const { fingerprint, validFrom, validTo } = this.#identity;
    const until = new Date(validTo).toISOString();
    this.#logger.info(what, { fingerprint, valid_until: until });
    const now = this.#clock.now();
    if (now > validTo) this.#logger.warn(`the certificate of api_server.tls is out of date since ${until}`);
    else if (now < validFrom) {
      this.#logger.warn(`the certificate of api_server.tls is not valid before ${new Date(validFrom).toISOString()}`);
    }
  }
}

export interface TlsServersOptions {
  readonly files: TlsFiles;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between looks at the files, in milliseconds of wall time. Default 2,000. */
  readonly lookMs?: number;
}
