/** A fenced code block. */
export interface CodeBlock {
  /** All that stands after the opening fence. */
  readonly info: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
  /** Lines of the `<!-- setup: … -->` comment that stands right before the block. */
  readonly setup: readonly SetupLine[];
}

export interface SetupLine {
  readonly line: number;
  readonly text: string;
}

/** What the checks of the documentation look at. */
export interface MarkdownPage {
  readonly blocks: readonly CodeBlock[];
  /** The text outside of code blocks, line by line; lines of code are empty, so that numbers stay true. */
  readonly prose: readonly string[];
}

/** Takes a page apart into code blocks and prose. A block that is never closed runs to the end, as in CommonMark. */
export function readMarkdown(text: string): MarkdownPage {
  const lines = text.split(/\r?\n/);
  const blocks: CodeBlock[] = [];
  const prose: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const opening = /^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(lines[i]);
    if (opening === null) {
      prose.push(lines[i]);
      continue;
    }
    const [, indent, fence, info] = opening;
    const end = closingLine(lines, i + 1, fence);
    const code = lines.slice(i + 1, end).map((line) => dedent(line, indent.length));
    blocks.push({ info, line: i + 1, lines: code, setup: setupBefore(lines, i) });
    prose.push(...Array.from({ length: Math.min(end, lines.length - 1) - i + 1 }, () => ''));
    i = end;
  }
  return { blocks, prose };
}

function closingLine(lines: readonly string[], from: number, fence: string): number {
  const closing = new RegExp(`^\\s*${fence[0]}{${fence.length},}\\s*$`);
  const at = lines.findIndex((line, i) => i >= from && closing.test(line));
  return at < 0 ? lines.length : at;
}

function dedent(line: string, width: number): string {
  return line.slice(Math.min(width, line.length - line.trimStart().length));
}

/** The comment may span lines; only empty lines may stand between it and the block. */
function setupBefore(lines: readonly string[], fenceAt: number): readonly SetupLine[] {
  let last = fenceAt - 1;
  while (last >= 0 && lines[last].trim() === '') last--;
  if (last < 0 || !lines[last].trimEnd().endsWith('-->')) return [];
  let first = last;
  while (first > 0 && !lines[first].includes('<!--')) first--;
  if (!/<!--\s*setup:/.test(lines[first])) return [];
  return lines.slice(first, last + 1).map((text, i) => ({
    line: first + i + 1,
    text: text.replace(/<!--\s*setup:/, '').replace(/-->\s*$/, ''),
  }));
}
