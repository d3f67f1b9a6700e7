import { importTable } from '../import-table.ts';
import { findReferences } from '../imports/find-references.ts';
import { gzipBytes } from './bundle-browser.ts';

/** The most that the browser build may be, compressed. */
const MOST_GZIP_BYTES = 40_000;

/** A sentence for everything that a page could not do with the browser build, or would not want to load. */
export function checkBrowserModule(text: string): readonly string[] {
  const { imports, globals } = findReferences('index.js', text);
  const { forbiddenGlobals } = importTable.browser;
  const foreign = globals.filter(({ text: name }) =>
    forbiddenGlobals.some((no) => name === no || name.startsWith(`${no}.`)),
  );
  const bytes = gzipBytes(text);
  return [
    ...named(imports).map((name) => `the browser build imports '${name}'; it has to be one file`),
    ...named(foreign).map((name) => `the browser build uses ${name}, which browsers do not have`),
    ...(bytes > MOST_GZIP_BYTES
      ? [`the browser build is ${bytes} bytes with gzip; at most ${MOST_GZIP_BYTES} are allowed`]
      : []),
  ];
}

function named(references: readonly { readonly text: string }[]): readonly string[] {
  return [...new Set(references.map(({ text }) => text))];
}
