import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { connect as connectTcp, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, createServer, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ApiServer, createApiServer } from '../../src/api/index.ts';
import type { ConnectOptions } from '../../src/consumer/index.ts';
import { openNodeSocket } from '../../src/consumer/node-socket.ts';
import { framesEqual } from '../../src/frame/index.ts';
import { manualClock, sampleFrame } from '../../src/testing/index.ts';
import type { Logger } from '../../src/util/logger.ts';
import { apiSettings, runningProducer, TOKEN, type WatchedClient, watchedClient } from './wire-scene.ts';

const history = sampleFrame({ rows: 50 });
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
const files = (name: string) => ({ cert: fixture(`${name}.pem`), key: fixture(`${name}.key`) });
const fingerprintOf = (name: string) => new X509Certificate(readFileSync(fixture(`${name}.pem`))).fingerprint256;
const serving = (name: string) => runningProducer({ settings: { tls: files(name) } });

/** Either end gives a handshake up by itself after 10 s. */
const IN_HANDSHAKE_MS = 6_000;

interface Trust extends Partial<ConnectOptions> {
  readonly trust?: { readonly ca?: string; readonly fingerprint?: string };
}

/** A consumer with TLS. */
function client(port: number, { trust, ...options }: Trust = {}): WatchedClient {
  return watchedClient(port, {
    secure: true,
    openSocket: (target, events) => openNodeSocket({ ...target, ...trust }, events),
    ...options,
  });
}

/** The fingerprint that whoever connects now is shown. */
async function shown(port: number, host = '127.0.0.1'): Promise<string | undefined> {
  const socket = connectTls({ host, port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const fingerprint = socket.getPeerX509Certificate()?.fingerprint256;
  socket.destroy();
  return fingerprint;
}

describe('a producer with TLS', () => {
  it('serves consumers that trust its authority, by address and by name', async () => {
    await using running = await serving('local');
    running.publish(history);
    for (const host of ['127.0.0.1', 'localhost']) {
      await using consumer = client(running.port, { host, trust: { ca: fixture('authority.pem') } });
      await consumer.next('update');
      expect(framesEqual(consumer.frame(), history)).toBe(true);
    }
  });

  it('answers the rest of its API over TLS too', async () => {
    await using running = await serving('local');
    const ca = readFileSync(fixture('authority.pem'));
    const body = await new Promise<string>((resolve, reject) => {
      get(`https://localhost:${running.port}/api/v1/ping`, { ca, agent: false }, (response) => {
        response.setEncoding('utf8').on('data', resolve);
      }).on('error', reject);
    });
    expect(JSON.parse(body)).toEqual({ status: 'pong' });
  });

  it('tells its fingerprint at its start, and warns of no missing TLS', async () => {
    const settings = { tls: files('local'), listenIpAddress: '0.0.0.0' };
    await using running = await runningProducer({ settings });
    const log = running.lines.join('\n');
    expect(log).toContain(`info TLS is on {"fingerprint":"${fingerprintOf('local')}","valid_until":"`);
    expect(log).not.toContain('without TLS');
  });

  it('warns of a certificate that is out of date', async () => {
    await using running = await serving('outdated');
    expect(running.lines.join('\n')).toMatch(/warn the certificate of api_server\.tls is out of date since 20/);
  });

  it('listens at every address of a name', async () => {
    await using running = await runningProducer({ settings: { tls: files('local'), listenIpAddress: 'localhost' } });
    expect(await shown(running.port, '127.0.0.1')).toBe(fingerprintOf('local'));
    const isThere = await new Promise((resolve) => {
      connectTcp(running.port, '::1', () => resolve(true)).on('error', () => resolve(false));
    });
    if (isThere === true) expect(await shown(running.port, '::1')).toBe(fingerprintOf('local'));
    await using consumer = client(running.port, { host: '127.0.0.1', trust: { ca: fixture('authority.pem') } });
    await consumer.next('connected');
  });

  it.each([
    ['TLSv1.1', /./],
    ['TLSv1.2', undefined],
    ['TLSv1.3', undefined],
  ] as const)('%s: refused with %s', async (version, refused) => {
    await using running = await serving('local');
    const told = await new Promise<string | undefined>((resolve) => {
      const socket = connectTls({
        port: running.port,
        minVersion: version,
        maxVersion: version,
        ciphers: 'DEFAULT@SECLEVEL=0',
        rejectUnauthorized: false,
      });
      socket.on('error', (error) => resolve(error.message));
      socket.on('secureConnect', () => {
        socket.destroy();
        resolve(undefined);
      });
    });
    if (refused === undefined) expect(told).toBeUndefined();
    else expect(told).toMatch(refused);
  });

  it(
    'does not wait for clients that are stuck in their handshake when it closes',
    { timeout: IN_HANDSHAKE_MS },
    async () => {
      const running = await serving('local');
      const silent = connectTcp(running.port, '127.0.0.1');
      // The beginning of a handshake, which is never finished.
      const half = connectTcp(running.port, '127.0.0.1', () => half.write(Buffer.of(0x16, 3, 1, 2, 0, 1)));
      const ended = [silent, half].map((socket) => {
        socket.on('error', () => {});
        return new Promise((resolve) => {
          socket.resume().on('close', resolve);
        });
      });
      await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
      await running.stop();
      await Promise.all(ended);
    },
  );

  it.each([
    ['a missing file', { ...files('local'), cert: fixture('none.pem') }, 'API_TLS_UNREADABLE'],
    ['a key of another', { ...files('local'), key: fixture('renewed.key') }, 'API_TLS_INVALID'],
  ])('does not start with %s', async (_, tls, code) => {
    await expect(runningProducer({ settings: { tls } })).rejects.toMatchObject({ code });
  });
});

describe('a certificate that is renewed', () => {
  interface Renewing extends AsyncDisposable {
    readonly api: ApiServer;
    readonly port: number;
    readonly lines: readonly string[];
    /** Puts the files of this certificate in the place of those before. */
    put(part: 'cert' | 'key', content: Buffer | string): Promise<void>;
    /** Resolves when this holds, with time moving on. */
    until(isSo: () => boolean | Promise<boolean>): Promise<void>;
  }

  async function renewing(): Promise<Renewing> {
    const folder = await mkdtemp(join(tmpdir(), 'candlecast-tls-'));
    const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    await copyFile(fixture('local.pem'), tls.cert);
    await copyFile(fixture('local.key'), tls.key);
    const lines: string[] = [];
    const note = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
    const logger: Logger = {
      debug: note('debug'),
      info: note('info'),
      warn: note('warn'),
      error: note('error'),
      child: () => logger,
    };
    const clock = manualClock(Date.now());
    const api = await createApiServer({
      settings: { ...apiSettings, tls },
      logger,
      clock,
      lookMs: 20,
      acceptMessageSocket: (socket) => ({
        onMessage: (text) => socket.sendText(new TextEncoder().encode(text)),
        onBinary() {},
        onClose() {},
      }),
    });
    const { port } = await api.listen();
    return {
      api,
      port,
      lines,
      put: (part, content) => writeFile(tls[part], content),
      async until(isSo) {
        while (!(await isSo())) {
          await new Promise(setImmediate);
          clock.advance(1_000);
        }
      },
      async [Symbol.asyncDispose]() {
        await api.close();
        await rm(folder, { recursive: true });
      },
    };
  }

  it('is shown to new connections, and those that stand stay', async () => {
    await using there = await renewing();
    const standing = connectTls({ port: there.port, rejectUnauthorized: false });
    await once(standing, 'secureConnect');
    await there.put('cert', readFileSync(fixture('renewed.pem')));
    await there.put('key', readFileSync(fixture('renewed.key')));
    await there.until(async () => (await shown(there.port)) === fingerprintOf('renewed'));
    expect(there.lines.filter((line) => line.startsWith('info TLS goes on with another certificate'))).toHaveLength(1);
    // It still carries what is asked over it.
    standing.write('GET /api/v1/ping HTTP/1.1\r\nHost: x\r\n\r\n');
    const [answer] = await once(standing, 'data');
    expect(String(answer)).toContain('200 OK');
    standing.destroy();
  });

  it('stays what it was where the new files are broken, which is told once, and is taken when they are whole', async () => {
    await using there = await renewing();
    const errors = () => there.lines.filter((line) => line.startsWith('error'));
    await there.put('cert', 'no certificate');
    await there.until(() => errors().length > 0);
    expect(errors()[0]).toMatch(
      /^error the new certificate is not taken, the one before stays in use: api_server\.tls\.cert: ".*cert\.pem" holds no certificate in PEM/,
    );
    expect(await shown(there.port)).toBe(fingerprintOf('local'));
    await there.put('cert', readFileSync(fixture('renewed.pem')));
    await there.until(() => errors().length > 1);
    expect(errors()[1]).toContain('does not belong');
    await there.put('key', readFileSync(fixture('renewed.key')));
    await there.until(async () => (await shown(there.port)) === fingerprintOf('renewed'));
    expect(errors()).toHaveLength(2);
  });
});

describe('a consumer with TLS', () => {
  /** What a server that has this certificate gets to read, and is asked. */
  async function impostor(name: string) {
    const read: string[] = [];
    const sockets = new Set<TLSSocket>();
    const server = createServer(
      { cert: readFileSync(fixture(`${name}.pem`)), key: readFileSync(fixture(`${name}.key`)) },
      (socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('data', (data) => read.push(data.toString('latin1')));
      },
    );
    let attempts = 0;
    server.on('connection', () => (attempts += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port was given');
    return {
      port: address.port,
      read,
      get attempts() {
        return attempts;
      },
      async [Symbol.asyncDispose]() {
        for (const socket of sockets) socket.destroy();
        server.close();
      },
    };
  }

  const authority = fixture('authority.pem');
  const of = (name: string) => ({ fingerprint: fingerprintOf(name) });

  it.each([
    ['signed by itself, with its fingerprint', 'self-signed', of('self-signed')],
    ['signed by itself, as its own authority', 'self-signed', { ca: fixture('self-signed.pem') }],
    ['for another host, with its fingerprint', 'elsewhere', of('elsewhere')],
    ['out of date, with its fingerprint', 'outdated', of('outdated')],
    [
      'with a fingerprint in other letters',
      'local',
      { fingerprint: of('local').fingerprint.replaceAll(':', '').toLowerCase() },
    ],
    [
      'with its fingerprint, and an authority that is not its own',
      'local',
      { ...of('local'), ca: fixture('self-signed.pem') },
    ],
  ])('takes a certificate %s', async (_, name, trust) => {
    await using running = await serving(name);
    await using consumer = client(running.port, { trust });
    await consumer.next('connected');
  });

  it.each([
    [
      'of an authority that it does not know',
      'local',
      {},
      /signed by no authority that this system knows \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\); set ca .*, or fingerprint to ([\dA-F:]{95})/,
    ],
    [
      'signed by itself',
      'self-signed',
      {},
      /signed by no authority that this system knows \(DEPTH_ZERO_SELF_SIGNED_CERT\); .*fingerprint to ([\dA-F:]{95})/,
    ],
    [
      'of another authority than that in ca',
      'self-signed',
      { ca: authority },
      /signed by none of the authorities in ca \(.*fingerprint to ([\dA-F:]{95})/,
    ],
    [
      'for another host',
      'elsewhere',
      { ca: authority },
      /is not for 127\.0\.0\.1, but for DNS:elsewhere\.example .*fingerprint to ([\dA-F:]{95})/,
    ],
    ['that is out of date', 'outdated', { ca: authority }, /valid from .* to .*, is refused \(CERT_HAS_EXPIRED\)/],
    ['with another fingerprint', 'local', of('renewed'), /has the fingerprint ([\dA-F:]{95}), not the one that is set/],
    [
      'with another fingerprint of a right authority',
      'local',
      { ...of('renewed'), ca: authority },
      /has the fingerprint ([\dA-F:]{95})/,
    ],
  ])('tells a server nothing that has a certificate %s', async (_, name, trust, reason) => {
    await using there = await impostor(name);
    await using consumer = client(there.port, { trust });
    const told = await consumer.next('disconnected');
    expect(told.cause).toBe('untrusted');
    expect(told.reason).toContain(`127.0.0.1:${there.port} is not trusted, and was told nothing: `);
    const found = reason.exec(told.reason);
    expect(told.reason).toMatch(reason);
    if (found?.[1] !== undefined) expect(found[1]).toBe(fingerprintOf(name));
    // It comes back, and says nothing then either.
    await consumer.next('disconnected');
    expect(there.attempts).toBeGreaterThan(1);
    expect(there.read).toEqual([]);
  });

  it.each([
    ['is not there', fixture('none.pem'), /ca, ".*none\.pem", cannot be read: ENOENT/],
    ['holds no certificate', fixture('local.key'), /ca, ".*local\.key", holds no certificate in PEM/],
  ])('connects nowhere where the file of authorities %s', async (_, ca, reason) => {
    await using there = await impostor('local');
    await using consumer = client(there.port, { trust: { ca } });
    expect(await consumer.next('disconnected')).toMatchObject({
      cause: 'untrusted',
      reason: expect.stringMatching(reason),
    });
    expect(there.attempts).toBe(0);
  });

  it('sends nothing without TLS where a certificate is to be checked', async () => {
    await using there = await impostor('local');
    await using consumer = client(there.port, { secure: false, trust: of('local') });
    expect((await consumer.next('disconnected')).reason).toContain('set secure to true');
    expect(there.attempts).toBe(0);
  });

  it('can be closed during the handshake, and leaves nothing behind', { timeout: IN_HANDSHAKE_MS }, async () => {
    const server = createTcpServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port was given');
    const consumer = client(address.port);
    const [socket] = await once(server, 'connection');
    consumer.client.close();
    socket.on('error', () => {});
    await once(socket.resume(), 'close');
    server.close();
  });
});

it('a consumer without TLS is told that the producer has it', async () => {
  await using running = await serving('local');
  await using consumer = watchedClient(running.port);
  const { reason } = await consumer.next('disconnected');
  expect(reason).toMatch(/If it has TLS, set secure to true$/);
  expect(running.lines.join('\n')).not.toContain(TOKEN);
});
