import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type BrowserBundle, bundleBrowser } from '../../scripts/package/bundle-browser.ts';
import { checkBrowserModule } from '../../scripts/package/check-browser-module.ts';
import { seededRandom } from '../../src/util/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'candlecast-bundle-'));
let bundle: BrowserBundle;
let text: string;

beforeAll(async () => {
  bundle = await bundleBrowser(folder);
  text = readFileSync(bundle.path, 'utf8');
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the browser build', () => {
  it('is one small file of what browsers have', () => {
    expect(checkBrowserModule(text)).toEqual([]);
    expect(bundle.bytes).toBe(Buffer.byteLength(text));
  });

  it('holds sources of ours alone, and none of those that need Node', () => {
    const files = bundle.parts.map(({ file }) => file);
    expect(files).toContain('src/browser/browser-socket.ts');
    expect(files.filter((file) => !file.startsWith('src/') && file !== 'rolldown/runtime.js')).toEqual([]);
    expect(files.filter((file) => file.includes('/node-'))).toEqual([]);
  });

  it('comes with a map to the sources, which names no place of this machine', () => {
    const map = readFileSync(`${bundle.path}.map`, 'utf8');
    const { sources, sourcesContent } = z
      .object({ sources: z.array(z.string()), sourcesContent: z.array(z.string().nullable()) })
      .parse(JSON.parse(map));
    expect(text).toMatch(/\n\/\/# sourceMappingURL=index\.js\.map\n?$/);
    const place = sources.indexOf('src/browser/connect.ts');
    expect(sourcesContent[place]).toBe(readFileSync('src/browser/connect.ts', 'utf8'));
    expect(sources.filter((source) => /^(\/|\.\.|file:)/.test(source))).toEqual([]);
  });

  it('loads where there is no page', async () => {
    expect(Object.keys(await import(bundle.path)).sort()).toEqual(['ConsumerError', 'connect']);
  });
});

describe('checkBrowserModule', () => {
  it('refuses what would be a second file, and what only Node has', () => {
    const found = checkBrowserModule(
      `import 'node:fs'; import('ws'); Buffer.from(''); globalThis.process.env; window.Buffer;`,
    );
    expect(found).toEqual([
      "the browser build imports 'node:fs'; it has to be one file",
      "the browser build imports 'ws'; it has to be one file",
      'the browser build uses Buffer.from, which browsers do not have',
      'the browser build uses Buffer, which browsers do not have',
      'the browser build uses process.env, which browsers do not have',
      'the browser build uses process, which browsers do not have',
    ]);
  });

  it('refuses what is too large when it is compressed, however small it could be made by other means', () => {
    const random = seededRandom('the browser build');
    // Hexadecimal digits compress to half at best.
    const digits = (bytes: number) =>
      Array.from({ length: bytes }, () =>
        Math.floor(random.next() * 256)
          .toString(16)
          .padStart(2, '0'),
      ).join('');
    expect(checkBrowserModule(`'${digits(30_000)}'`)).toEqual([]);
    expect(checkBrowserModule(`'${digits(40_000)}'`)).toEqual([
      expect.stringMatching(/^the browser build is 4\d{4} bytes with gzip; at most 40000 are allowed$/),
    ]);
  });
});
