import { checkValues } from './check-values.ts';
import type { ConfigProblem, Place } from './config-error.ts';
import { dottedKey, type KeyPath, nodeOf } from './json-node.ts';

/** What is wrong with one value of a setting, without a look at others; undefined where nothing is. */
export function checkSetting(path: KeyPath, value: unknown): ConfigProblem | undefined {
  const place: Place = { file: '', line: 1, column: 1, origin: 'command line' };
  const settings = path.reduceRight<unknown>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
  const root = nodeOf(settings, place);
  const key = dottedKey(path);
  return root.kind === 'object'
    ? checkValues(root).find((problem) => problem.key === key || problem.key.startsWith(`${key}.`))
    : undefined;
}
