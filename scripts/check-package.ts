import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../src/util/errors.ts';
import { readManifest } from './lib/manifest.ts';
import { repositoryRoot, say } from './lib/repository.ts';
import { checkContents } from './package/check-contents.ts';
import {
  checkBrowserBuild,
  checkCommandLine,
  checkModules,
  checkTypeScript,
  installInto,
} from './package/check-installed.ts';
import { lintTarball, pack } from './package/pack.ts';

// Packs the repository and uses the package as its users will: from a project of their own, without the sources.
const folder = mkdtempSync(join(tmpdir(), 'candlecast-package-'));
try {
  await checkPackage();
} catch (error) {
  say(messageOf(error));
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function checkPackage(): Promise<void> {
  const manifest = readManifest(repositoryRoot);
  const tarball = pack(folder);
  say(`packed ${tarball.files.length} files, ${(tarball.bytes / 1024).toFixed(1)} KiB`);
  const problems = [...checkContents(tarball.files), ...(await lintTarball(tarball))];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  say('its contents are right, and publint has nothing against it');

  const project = installInto(join(folder, 'project'), tarball.path);
  say('installed into an empty project');
  checkModules(project, manifest);
  say(`${manifest.modules.length} modules load`);
  checkBrowserBuild(project, manifest);
  say('the browser build is one small file');
  checkTypeScript(project, manifest);
  say('a TypeScript project compiles against it and runs');
  checkCommandLine(project, manifest);
  say('the command line runs');
}
