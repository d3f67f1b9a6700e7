/** A place in a source file; line and column count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** `file:line:column`, as far as it is known, which terminals make a link of. */
export function printLocation({ file, line, column }: SourceLocation): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

/** One call in a V8 stack: perhaps a name, then the file's path or URL with its position. */
const STACK_LINE = /^\s*at (?:.*?\()?(?:async )?((?:file:\/\/|[A-Za-z]:[\\/]|\/).*?):(\d+):(\d+)\)?$/;

/** Positions in a stack, innermost call first. Lines without a file, as those of the engine, are left out. */
export function stackLocations(stack: string | undefined): SourceLocation[] {
  const found: SourceLocation[] = [];
  for (const text of (stack ?? '').split('\n')) {
    const match = STACK_LINE.exec(text);
    if (match) found.push({ file: pathOf(match[1]), line: Number(match[2]), column: Number(match[3]) });
  }
  return found;
}

/** A file URL or path as a path, without the query that reloading adds. */
export function pathOf(urlOrPath: string): string {
  if (!urlOrPath.startsWith('file://')) return urlOrPath.replace(/\?[^/\\]*$/, '');
  const path = decodeURIComponent(new URL(urlOrPath).pathname);
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

/** The last part of a path, without its extension. */
export function baseName(path: string): string {
  const last = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return last.replace(/\.[^.]+$/, '');
}
