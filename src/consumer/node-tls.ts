import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP, type TcpNetConnectOpts } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { messageOf } from '../util/errors.ts';
import type { SocketTarget } from './consumer-socket.ts';

/** Why an address was not trusted, and which setting would be right. */
export class UntrustedError extends Error {}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * Connects with TLS 1.2 or later, and hands the socket on when the certificate has been found to be right; before that nothing is
 * sent over it, so no token reaches anyone else.
 *
 * @param done with the reason, UntrustedError where it is the certificate, or with the socket. Called once.
 * @returns the socket on its way, to be destroyed where it is not wanted any more.
 * @throws UntrustedError where `ca` is no file of certificates.
 */
export function connectTrusted(
  { host = 'localhost', port, onread }: Pick<TcpNetConnectOpts, 'host' | 'port' | 'onread'>,
  trust: Pick<SocketTarget, 'ca' | 'fingerprint'>,
  timeoutMs: number,
  done: (error: Error | null, socket?: TLSSocket) => void,
): TLSSocket {
  const { ca, fingerprint } = trust;
  const socket = connect({
    host,
    port,
    ...(onread === undefined ? {} : { onread }),
    servername: isIP(host) > 0 ? '' : host,
    minVersion: 'TLSv1.2',
    ...(ca === undefined || fingerprint !== undefined ? {} : { ca: authoritiesIn(ca) }),
    // Judged below, where the certificate can be told of.
    rejectUnauthorized: false,
  });
  const settle = (error: Error | null) => {
    clearTimeout(timer);
    socket.off('error', settle);
    socket.off('close', onClosed);
    if (error === null) return done(null, socket);
    socket.on('error', () => {});
    socket.destroy();
    done(error);
  };
  const onClosed = () => settle(new Error('the connection was closed during the TLS handshake'));
  const timer = setTimeout(() => settle(new Error('Opening handshake has timed out')), timeoutMs);
  socket.once('error', settle);
  socket.once('close', onClosed);
  socket.once('secureConnect', () => settle(whyUntrusted(socket, host, trust)));
  return socket;
}

/** @throws UntrustedError. */
function authoritiesIn(file: string): string[] {
  const where = `ca, ${JSON.stringify(file)},`;
  const found = readAuthorities(file, where).match(PEM_CERTIFICATE) ?? [];
  // What is none would be passed over by Node, and then nobody trusted, without a word.
  if (found.length === 0) throw new UntrustedError(`${where} holds no certificate in PEM`);
  try {
    return found.map((pem) => new X509Certificate(pem).toString());
  } catch (error) {
    throw new UntrustedError(`${where} holds a broken certificate: ${messageOf(error)}`, { cause: error });
  }
}

function readAuthorities(file: string, where: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UntrustedError(`${where} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** What the checks of Node are called that a setting can answer. */
const UNKNOWN_AUTHORITY =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/;

function whyUntrusted(
  socket: TLSSocket,
  host: string,
  { ca, fingerprint }: Pick<SocketTarget, 'ca' | 'fingerprint'>,
): UntrustedError | null {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return new UntrustedError('it showed no certificate');
  const found = certificate.fingerprint256;
  if (fingerprint !== undefined) {
    if (sameFingerprint(found, fingerprint)) return null;
    return new UntrustedError(
      `its certificate has the fingerprint ${found}, not the one that is set; if the producer tells it at its start, set fingerprint to it`,
    );
  }
  if (socket.authorized) return null;
  // An Error by its type, the code of one in fact.
  const code = String(socket.authorizationError);
  const pin = `fingerprint to ${found}, if the producer tells that at its start`;
  if (UNKNOWN_AUTHORITY.test(code)) {
    const whose = ca === undefined ? 'no authority that this system knows' : 'none of the authorities in ca';
    return new UntrustedError(
      `its certificate is signed by ${whose} (${code}); set ca to the file of the authority that signed it, or ${pin}`,
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = certificate.subjectAltName ?? 'nobody';
    return new UntrustedError(
      `its certificate is not for ${host}, but for ${names} (${code}); set host to one of these names, or ${pin}`,
    );
  }
  const time = `valid from ${certificate.validFrom} to ${certificate.validTo}`;
  return new UntrustedError(`its certificate, ${time}, is refused (${code}); the producer needs another one`);
}

/** Whether two fingerprints are the same, with colons or without. */
function sameFingerprint(one: string, other: string): boolean {
  const [a, b] = [one, other].map((each) => each.replaceAll(':', '').toLowerCase());
  return a === b;
}
