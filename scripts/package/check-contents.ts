import { matchesGlob } from 'node:path';

/** What may be in the package. Sources, tests and fixtures may not. */
const allowed = [
  'package.json',
  'config.schema.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'bin/*.js',
  'dist/**/*.js',
  'dist/**/*.d.ts',
  'dist/browser/index.js.map',
  'docs/**/*.{md,svg,png}',
  'examples/**/*.{ts,md,json,jsonc}',
  'examples/browser/*.{html,css,js}',
];

const forbidden = ['**/*.test.*', '**/fixtures/**', '**/.*'];

const required = [
  'package.json',
  'config.schema.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'bin/candlecast.js',
  'dist/cli/main.js',
  'dist/browser/index.js',
  'dist/browser/index.js.map',
  'dist/browser/index.d.ts',
];

/** A sentence for every file that should not be in the package, or should be and is not. */
export function checkContents(files: readonly string[]): readonly string[] {
  const matches = (file: string, globs: readonly string[]) => globs.some((glob) => matchesGlob(file, glob));
  const unwanted = files.filter((file) => !matches(file, allowed) || matches(file, forbidden));
  const missing = required.filter((file) => !files.includes(file));
  return [
    ...unwanted.map((file) => `${file} is in the package and should not be (see files in package.json)`),
    ...missing.map((file) => `${file} is missing from the package`),
  ];
}
