import { join } from 'node:path';
import { type AnyIndicator, indicatorGroups } from '../src/indicators/index.ts';
import { messageOf } from '../src/util/errors.ts';
import { readTalib08 } from '../tests/fixtures/indicators/read-fixture.ts';
import { tolerances } from '../tests/fixtures/indicators/tolerance.ts';
import { updatePage } from './docs/update-page.ts';
import { measureError } from './indicators/measure-error.ts';
import { type IndicatorsPage, printIndicatorsPage } from './indicators/print-indicators-page.ts';
import { repositoryRoot, say } from './lib/repository.ts';

const page = 'docs/indicators.md';

/** Computes every case of every indicator. Throws where a fixture is missing. */
export function measureIndicators(): IndicatorsPage {
  const groups = Object.entries<readonly AnyIndicator[]>(indicatorGroups).map(
    ([group, indicators]) =>
      [group, indicators.map((indicator) => ({ indicator, measured: measureError(indicator) }))] as const,
  );
  return { groups: new Map(groups), talib08: readTalib08(), tolerances };
}

/** Whether the page below `root` says what was measured. Writes it where it doesn't, unless asked to look only. */
export function updateIndicatorsPage(
  root: string,
  contents: IndicatorsPage,
  options: { readonly checkOnly: boolean },
): boolean {
  return updatePage(join(root, page), printIndicatorsPage(contents), options);
}

function run(checkOnly: boolean): boolean {
  try {
    const isFresh = updateIndicatorsPage(repositoryRoot, measureIndicators(), { checkOnly });
    if (isFresh) say(`${page} says what the indicators and their fixtures say`);
    else say(checkOnly ? `${page} is stale: run \`npm run docs\`` : `wrote ${page}`);
    return isFresh || !checkOnly;
  } catch (error) {
    say(messageOf(error));
    return false;
  }
}

if (import.meta.main && !run(process.argv.includes('--check'))) process.exitCode = 1;
