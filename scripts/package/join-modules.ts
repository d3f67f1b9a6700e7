import { globSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';

/**
 * What each process needs as a rule: by chunk, the folders whose modules go into it. Each file that is loaded takes some ten microseconds
 * and some ten kilobytes, whatever is in it, and a consumer has a hundred of them.
 */
const chunks = {
  core: ['util', 'frame', 'market', 'wire'],
  consumer: ['consumer'],
};

/**
 * Joins the compiled modules of some folders into a file each, `core.js` and `consumer.js`. Every module stays where it was, and hands on
 * what is there from now on, so that whoever imports one of them gets the same objects.
 *
 * @param dist the folder of what was compiled from `src/`.
 */
export async function joinModules(dist: string): Promise<void> {
  const folders = Object.values(chunks).flat();
  const files = globSync(`{${folders.join(',')}}/**/*.js`, { cwd: dist }).map((file) => file.replaceAll('\\', '/'));
  const build = await rolldown({
    input: Object.fromEntries(files.map((file) => [file.replace(/\.js$/, ''), join(dist, file)])),
    cwd: dist,
    platform: 'node',
    tsconfig: false,
    treeshake: false,
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    onLog(_level, log) {
      throw new Error(`the joined modules: ${log.message}`);
    },
  });
  try {
    const { output } = await build.write({
      dir: dist,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js',
      codeSplitting: {
        groups: Object.entries(chunks).map(([name, parts]) => ({
          name,
          test: new RegExp(String.raw`[\\/](${parts.join('|')})[\\/][^\0]*\.js$`),
        })),
      },
    });
    for (const chunk of output) if (chunk.type === 'chunk') expectNames(chunk);
  } finally {
    await build.close();
  }
}

/** Errors show the names of their classes. */
function expectNames({ fileName, code }: OutputChunk): void {
  const renamed = /\bclass \w+\$\d+/.exec(code);
  if (renamed !== null) throw new Error(`${fileName}: two classes have one name, ${renamed[0]}`);
}
