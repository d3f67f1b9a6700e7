import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const names = z.record(z.string(), z.string()).default({});

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  exports: z
    .record(z.string(), z.union([z.string(), z.object({ types: z.string(), default: z.string() })]))
    .default({}),
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
});

/** What the scripts need of package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** Specifiers under which the package's modules can be imported. */
  readonly modules: readonly string[];
  /** What an installation may bring along: dependencies, optional and peer dependencies. */
  readonly runtimePackages: readonly string[];
}

/** Reads `package.json` of the folder. Throws where a field is missing. */
export function readManifest(root: string): Manifest {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const { name, version, exports, dependencies, optionalDependencies, peerDependencies } = manifest;
  const modules = Object.keys(exports).filter((path) => path !== './package.json');
  return {
    name,
    version,
    modules: modules.map((path) => `${name}${path.slice(1)}`),
    runtimePackages: Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }),
  };
}
