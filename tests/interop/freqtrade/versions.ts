import { type PythonEnvironment, pythonEnvironment } from '../python-environment.ts';

/** The releases of freqtrade that everything here is run against: the newest, and that of the captured frames. */
export const freqtradeVersions = ['2026.9', '2024.10'] as const;

export type FreqtradeVersion = (typeof freqtradeVersions)[number];

/** The newest release, for what need not be run with each. */
export const [newestFreqtrade] = freqtradeVersions;

/** numpy 1.26, which the older release is for, has no wheels for later Pythons. */
const needs = { '2026.9': {}, '2024.10': { before: [3, 13] } } as const;

/** A Python with that release in it; undefined where it cannot be made and that is allowed. */
export function freqtradeEnvironment(version: FreqtradeVersion): Promise<PythonEnvironment | undefined> {
  return pythonEnvironment(`freqtrade/requirements-${version}.txt`, needs[version]);
}
