import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type OutputChunk, rolldown } from 'rolldown';
import { repositoryRoot } from '../lib/repository.ts';

/** The oldest browsers that have all that is called, of 2023: `URL.canParse` and `String.isWellFormed` came last. */
const TARGET = ['chrome120', 'firefox119', 'safari17'];

/** The browser build, as it was written. */
export interface BrowserBundle {
  /** The module; its source map lies beside it, with `.map` behind its name. */
  readonly path: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** What each source is of it before it is minified, in characters, the largest first. */
  readonly parts: readonly { readonly file: string; readonly characters: number }[];
}

/** Writes `src/browser/` and all that it needs as one minified module, `index.js`, into a folder. Throws where that is impossible. */
export async function bundleBrowser(folder: string): Promise<BrowserBundle> {
  const build = await rolldown({
    input: join(repositoryRoot, 'src', 'browser', 'index.ts'),
    cwd: repositoryRoot,
    platform: 'browser',
    tsconfig: false,
    transform: { target: TARGET },
    onLog(_level, log) {
      // All of them are about what would fail in a browser, such as a module that is not there.
      throw new Error(`the browser build: ${log.message}`);
    },
  });
  try {
    const { output } = await build.write({
      file: join(folder, 'index.js'),
      format: 'esm',
      minify: true,
      sourcemap: true,
      // Names alone: where the repository lies is nobody's business.
      sourcemapPathTransform: (source) => relative(repositoryRoot, join(folder, source)).replaceAll('\\', '/'),
    });
    const [{ code, modules }] = output;
    return {
      path: join(folder, 'index.js'),
      bytes: Buffer.byteLength(code),
      gzipBytes: gzipBytes(code),
      parts: partsOf(modules),
    };
  } finally {
    await build.close();
  }
}

/** The length of a text when it is compressed as servers do once and for all. */
export function gzipBytes(text: string): number {
  return gzipSync(text, { level: 9 }).length;
}

function partsOf(modules: OutputChunk['modules']): BrowserBundle['parts'] {
  return Object.entries(modules)
    .map(([file, { renderedLength }]) => ({ file: relative(repositoryRoot, file), characters: renderedLength }))
    .filter(({ characters }) => characters > 0)
    .sort((a, b) => b.characters - a.characters);
}
