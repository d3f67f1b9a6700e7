import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Problem } from '../lib/problem.ts';
import { readMarkdown } from './read-markdown.ts';

/** The links of a page that lead to a file, a folder or a heading that isn't there. Links with a scheme are not followed. */
export function checkLinks(root: string, file: string): Problem[] {
  const { prose } = readMarkdown(readFileSync(join(root, file), 'utf8'));
  return prose.flatMap((text, i) =>
    linksOf(text).flatMap(({ target, column }) => {
      const message = judgeLink(root, file, target);
      return message === undefined ? [] : [{ file, line: i + 1, column, message }];
    }),
  );
}

const linkForms = [
  /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g,
  /^\s*\[[^\]]+\]:\s*<?([^\s>]+)>?/g,
  /\s(?:src|srcset|href)="([^"]+)"/g,
];

function linksOf(line: string): { readonly target: string; readonly column: number }[] {
  const text = line.replaceAll(/(`+)(?!`).*?\1/g, (code) => ' '.repeat(code.length));
  return linkForms.flatMap((form) =>
    Array.from(text.matchAll(form), (match) => ({
      target: match[1],
      column: match.index + match[0].indexOf(match[1]) + 1,
    })),
  );
}

function judgeLink(root: string, file: string, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined;
  if (target.startsWith('/')) return `the link ${target} is absolute; write it relative to this page`;
  const [path, anchor] = decodeURIComponent(target).split('#');
  const destination = path === '' ? join(root, file) : join(root, dirname(file), path);
  if (relative(root, destination).startsWith('..')) return `the link ${target} leads out of the repository`;
  if (!existsSync(destination))
    return `the link ${target} leads nowhere: ${relative(root, destination)} does not exist`;
  if (anchor === undefined || !destination.endsWith('.md') || !statSync(destination).isFile()) return undefined;
  if (headingsOf(readFileSync(destination, 'utf8')).has(anchor)) return undefined;
  return `the link ${target} leads to a heading that ${relative(root, destination)} does not have`;
}

/** The anchors of a page as GitHub makes them: lower case, punctuation gone, spaces as dashes, numbered where repeated. */
function headingsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const line of readMarkdown(text).prose) {
    for (const [, id] of line.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
    const heading = /^#{1,6}\s+(.*?)(?:\s+#+)?\s*$/.exec(line);
    if (heading === null) continue;
    const anchor = slugOf(heading[1]);
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    anchors.add(times === 0 ? anchor : `${anchor}-${times}`);
  }
  return anchors;
}

function slugOf(heading: string): string {
  const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return words.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '').replaceAll(' ', '-');
}
