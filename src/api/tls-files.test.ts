import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTls } from './tls-files.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../tests/fixtures/tls/${name}`, import.meta.url));
const pair = (name: string) => ({ cert: fixture(`${name}.pem`), key: fixture(`${name}.key`) });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candlecast-tls-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, Buffer.concat(parts.map((part) => Buffer.from(part))));
  return file;
}

describe('a certificate and its key', () => {
  it('are read, with the fingerprint that consumers see', async () => {
    const { fingerprint, validTo } = await readTls(pair('local'));
    const certificate = new X509Certificate(await readFile(fixture('local.pem')));
    expect(fingerprint).toBe(certificate.fingerprint256);
    expect(validTo).toBe(certificate.validToDate.getTime());
  });

  it('are read where authorities stand behind the certificate', async () => {
    const [own, authority] = [await readFile(fixture('local.pem')), await readFile(fixture('authority.pem'))];
    const cert = await written('chain.pem', own, authority);
    await expect(readTls({ cert, key: fixture('local.key') })).resolves.toHaveProperty('fingerprint');
    const reversed = await written('reversed.pem', authority, own);
    await expect(readTls({ cert: reversed, key: fixture('local.key') })).rejects.toMatchObject({
      code: 'API_TLS_INVALID',
      message: expect.stringMatching(
        /^api_server\.tls\.key: .* does not belong to the first certificate in .*reversed/,
      ),
    });
  });

  it.each([
    [
      'a certificate that is not there',
      { cert: fixture('none.pem') },
      'API_TLS_UNREADABLE',
      /tls\.cert: ".*none\.pem" cannot be read: ENOENT/,
    ],
    [
      'a key that is not there',
      { key: fixture('none.key') },
      'API_TLS_UNREADABLE',
      /tls\.key: ".*none\.key" cannot be read: ENOENT/,
    ],
    ['a folder', { cert: fixture('.') }, 'API_TLS_UNREADABLE', /tls\.cert: .*it is no file/],
    ['a device that never ends', { key: '/dev/zero' }, 'API_TLS_UNREADABLE', /tls\.key: .*it is no file/],
    [
      'a key in the place of the certificate',
      { cert: fixture('local.key') },
      'API_TLS_INVALID',
      /tls\.cert: .*no certificate in PEM/,
    ],
    [
      'a certificate in the place of the key',
      { key: fixture('local.pem') },
      'API_TLS_INVALID',
      /tls\.key: .*no private key in PEM/,
    ],
    ['no PEM', { cert: fixture('SOURCES.md') }, 'API_TLS_INVALID', /tls\.cert: .*no certificate in PEM/],
    ['the key of another', { key: fixture('renewed.key') }, 'API_TLS_INVALID', /tls\.key: .*does not belong/],
    ['a key with a passphrase', { key: fixture('local-encrypted.key') }, 'API_TLS_INVALID', /it has a passphrase/],
    ['one that is too weak', pair('weak'), 'API_TLS_INVALID', /tls\.cert: .*that TLS 1\.2 or later can be served with/],
  ])('are refused, with the setting and the file: %s', async (_, files, code, message) => {
    await expect(readTls({ ...pair('local'), ...files })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('are refused where a certificate further down is broken', async () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const cert = await written('broken.pem', await readFile(fixture('local.pem')), broken);
    await expect(readTls({ cert, key: fixture('local.key') })).rejects.toMatchObject({ code: 'API_TLS_INVALID' });
  });

  it('quote nothing of the key', async () => {
    const key = await readFile(fixture('local.key'), 'utf8');
    const body = key.split('\n')[1];
    const broken = await written('broken.key', key.replace(body, `${body.slice(0, 30)}${body.slice(40)}`));
    const refused = await readTls({ cert: fixture('local.pem'), key: broken }).catch(String);
    expect(refused).toContain('broken.key');
    expect(refused).not.toContain(body.slice(0, 10));
  });
});
