import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserBundle, bundleBrowser } from '../../scripts/package/bundle-browser.ts';
import { type PageServer, servePages } from './page-server.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The pages of the tests and of the example beside the browser build, in the places that they have in the package. */
export interface BrowserScene extends AsyncDisposable {
  readonly bundle: BrowserBundle;
  readonly pages: PageServer;
}

/** Builds what a page loads from the sources as they are now, and serves it. */
export async function browserScene(): Promise<BrowserScene> {
  const folder = mkdtempSync(join(tmpdir(), 'candlecast-browser-'));
  const bundle = await bundleBrowser(folder);
  const pages = await servePages(
    new Map([
      ['/dist/browser/index.js', bundle.path],
      ...['index.html', 'scene.ts', 'cells-of.ts'].map((file) => [`/page/${file}`, here(`page/${file}`)] as const),
      ...['index.html', 'table.css', 'table.js'].map(
        (file) => [`/examples/browser/${file}`, here(`../../examples/browser/${file}`)] as const,
      ),
    ]),
  );
  return {
    bundle,
    pages,
    async [Symbol.asyncDispose]() {
      await pages[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
