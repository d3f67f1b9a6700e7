import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const packageFile = new URL('../../package.json', import.meta.url);

/** The version in Candlecast's own package.json. */
export async function packageVersion(): Promise<string> {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(packageFile, 'utf8')));
  return version;
}
