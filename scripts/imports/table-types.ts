/** The folders that a folder may import: named, or all but some. */
export type Row = readonly string[] | { readonly everythingBut: readonly string[] };

/** The rules of `check-imports`. Paths are globs from the repository's root, with `/`. */
export interface ImportTable {
  /** By folder of `src/`, or by file that lies in `src/` itself. */
  readonly mayImport: Readonly<Record<string, Row>>;
  readonly everyoneMayImport: readonly string[];
  readonly browser: {
    readonly folders: readonly string[];
    readonly shells: readonly string[];
    readonly packages: readonly string[];
    readonly forbiddenGlobals: readonly string[];
  };
  readonly timeAndChance: {
    /** `name`, `object.member`, `name()` or `new Name()`; the last two forbid the call without arguments only. */
    readonly forbidden: readonly string[];
    /** Without `node:`. */
    readonly forbiddenModules: readonly string[];
    readonly allowedIn: readonly string[];
  };
}

/** The folders that `folder` may import besides itself, or undefined where the table has no row for it. */
export function allowedFolders(table: ImportTable, folder: string): readonly string[] | undefined {
  if (!Object.hasOwn(table.mayImport, folder)) return undefined;
  const row = table.mayImport[folder];
  if (!('everythingBut' in row)) return [...row, ...table.everyoneMayImport];
  const all = Object.keys(table.mayImport).filter((name) => !name.endsWith('.ts'));
  return all.filter((name) => name !== folder && !row.everythingBut.includes(name));
}
