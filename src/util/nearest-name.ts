/** Farther apart than this share of its letters, a name is no help as a suggestion. */
const MOST_EDITS_SHARE = 0.4;

/**
 * The known name with the fewest edits from `name`, the first of several, or undefined where none is close enough to be what was
 * meant. Case counts for nothing; letters that only changed places are one edit.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(name.length * MOST_EDITS_SHARE)) + 1;
  for (const candidate of known) {
    // No fewer edits than the lengths differ by: spares the long way for names that cannot win, however long.
    if (Math.abs(name.length - candidate.length) >= fewest) continue;
    const edits = editsBetween(name.toLowerCase(), candidate.toLowerCase());
    const sharesNothing = edits > 0 && edits >= Math.max(name.length, candidate.length);
    if (edits < fewest && !sharesNothing) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** A sentence fragment, `; did you mean "x"?`, or nothing. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

function editsBetween(a: string, b: string): number {
  if (a === b) return 0;
  return lettersOf(a) === lettersOf(b) ? 1 : editDistance(a, b);
}

function lettersOf(name: string): string {
  return Array.from(name).sort().join('');
}

/** Levenshtein's distance, a row at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(previous[j] + 1, row[j - 1] + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length];
}
