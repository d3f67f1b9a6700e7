import { nearestName } from '../util/nearest-name.ts';

/** As `nearestName`, and first of all a name of the same letters: in a short one, two that changed places are too many edits. */
export function nearestSetting(name: string, known: readonly string[]): string | undefined {
  const letters = lettersOf(name);
  return known.find((each) => lettersOf(each) === letters) ?? nearestName(name, known);
}

function lettersOf(name: string): string {
  return Array.from(name.toLowerCase()).sort().join('');
}
