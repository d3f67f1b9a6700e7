import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { readManifest } from '../lib/manifest.ts';
import { capture, repositoryRoot } from '../lib/repository.ts';
import { npmEnvironment } from './npm-environment.ts';

export interface Tarball {
  readonly path: string;
  readonly bytes: number;
  /** Paths from the root of the package. */
  readonly files: readonly string[];
}

/** Packs the repository into `folder`, as `npm publish` would. Throws with npm's words where that fails. */
export function pack(folder: string): Tarball {
  const { name, version } = readManifest(repositoryRoot);
  const packed = capture('npm', ['pack', '--pack-destination', folder], { env: npmEnvironment() });
  if (packed.status !== 0) throw new Error(`npm pack failed:\n${packed.output}`);
  const path = join(folder, `${name}-${version}.tgz`);
  const listing = capture('tar', ['-tzf', path]);
  if (listing.status !== 0) throw new Error(`${path} can't be read:\n${listing.output}`);
  const files = listing.stdout.split('\n').filter((line) => line !== '' && !line.endsWith('/'));
  return { path, bytes: statSync(path).size, files: files.map((file) => file.replace(/^package\//, '')) };
}

/** What publint has against the package: wrong exports, missing files, wrong module formats. */
export async function lintTarball({ path }: Tarball): Promise<readonly string[]> {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  const tarball = new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}
