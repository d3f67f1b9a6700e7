import { expect, it } from 'vitest';
import { checkContents } from '../../scripts/package/check-contents.ts';

const needed = [
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

it('has nothing against compiled files, declarations, documentation and examples', () => {
  const files = [
    'dist/frame/frame.d.ts',
    'docs/errors.md',
    'docs/flow.svg',
    'examples/producer/strategy.ts',
    'examples/browser/index.html',
  ];
  expect(checkContents([...needed, ...files])).toEqual([]);
});

it.each([
  'src/frame/frame.ts',
  'dist/frame/frame.ts',
  'dist/frame/frame.js.map',
  'dist/browser/connect.js.map',
  'examples/index.html',
  'dist/frame/frame.test.js',
  'dist/fixtures/a.js',
  'tests/fixtures/a.json',
  'examples/.env.json',
  'tsconfig.json',
])('refuses %s', (file) => {
  expect(checkContents([...needed, file])).toEqual([
    `${file} is in the package and should not be (see files in package.json)`,
  ]);
});

it.each(needed)('misses %s', (file) => {
  expect(checkContents(needed.filter((other) => other !== file))).toEqual([`${file} is missing from the package`]);
});
