import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { constants, open } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../util/errors.ts';
import { ApiError } from './api-error.ts';

/** `api_server.tls`: files in PEM. */
export interface TlsFiles {
  /** The server's certificate, and behind it those of the authorities up to a root. */
  readonly cert: string;
  /** Its private key, without a passphrase. */
  readonly key: string;
}

/** A certificate with its key, proved to belong together. */
export interface TlsIdentity {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** SHA-256 of the server's certificate, as `AB:CD:…`: what consumers pin. */
  readonly fingerprint: string;
  /** Milliseconds since the Unix epoch. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** Certificates with all their authorities have some kilobytes. */
const MOST_BYTES = 2 ** 20;

/**
 * Reads a certificate and its key.
 *
 * @throws ApiError API_TLS_UNREADABLE, API_TLS_INVALID, with the setting, the file and what is wrong with it. No message has a part
 * of the key.
 */
export async function readTls(files: TlsFiles): Promise<TlsIdentity> {
  const [cert, key] = [await readPem('cert', files.cert), await readPem('key', files.key)];
  const certificate = parsed('cert', files.cert, 'certificate in PEM', () => new X509Certificate(cert));
  const privateKey = parsed('key', files.key, 'private key in PEM, without a passphrase', () => privateKeyOf(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    const reason = `does not belong to the first certificate in ${JSON.stringify(files.cert)}; the server's own certificate must be the first`;
    throw tlsError('API_TLS_INVALID', { setting: 'key', path: files.key, reason });
  }
  // Refuses what is well-formed and still unusable, such as a key that is too short, or a broken certificate further down.
  parsed('cert', files.cert, 'certificate that TLS 1.2 or later can be served with', () =>
    createSecureContext({ cert, key, minVersion: 'TLSv1.2' }),
  );
  return {
    cert,
    key,
    fingerprint: certificate.fingerprint256,
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
  };
}

function privateKeyOf(pem: Buffer): KeyObject {
  if (pem.includes('ENCRYPTED')) throw new Error('it has a passphrase');
  return createPrivateKey(pem);
}

async function readPem(setting: string, path: string): Promise<Buffer> {
  try {
    // A pipe would be waited for, for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new Error('it is no file');
      if (stats.size > MOST_BYTES) throw new Error(`it has ${stats.size} bytes, more than any certificate`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw tlsError('API_TLS_UNREADABLE', {
      setting,
      path,
      reason: `cannot be read: ${messageOf(error)}`,
      cause: error,
    });
  }
}

function parsed<Value>(setting: string, path: string, expected: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    const reason = `holds no ${expected}: ${messageOf(error)}`;
    throw tlsError('API_TLS_INVALID', { setting, path, reason, cause: error });
  }
}

function tlsError(
  code: 'API_TLS_UNREADABLE' | 'API_TLS_INVALID',
  found: { readonly setting: string; readonly path: string; readonly reason: string; readonly cause?: unknown },
): ApiError {
  const { setting, path, reason, cause } = found;
  return new ApiError(code, `api_server.tls.${setting}: ${JSON.stringify(path)} ${reason}`, { value: path, cause });
}
