import { type Feature, featuresOf } from './feature-map.ts';
import { Finding, checkedRun } from './fuzz-loop.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import type { Probes } from './probes.ts';

/** Tries for each input to make it smaller. */
const MOST_TRIES = 400;

interface Setting {
  readonly target: FuzzTarget;
  readonly probes: Probes;
  readonly before: (input: Uint8Array) => void;
}

/** Few and small inputs that take every branch that these do. */
export async function leastCorpus(
  setting: Setting & { readonly inputs: readonly Uint8Array[] },
): Promise<readonly Uint8Array[]> {
  const smallFirst = setting.inputs.toSorted((a, b) => a.length - b.length);
  const branches = new Map<Uint8Array, ReadonlySet<Feature>>();
  for (const input of smallFirst) branches.set(input, await branchesOf(setting, input));
  const chosen = cover(branches);
  const least: Uint8Array[] = [];
  for (const [input, needed] of chosen) least.push(await smallest(setting, input, needed));
  return least;
}

/** Inputs that together take all branches, each with those that no other one of them was chosen for. */
function cover(branches: ReadonlyMap<Uint8Array, ReadonlySet<Feature>>): ReadonlyMap<Uint8Array, readonly Feature[]> {
  const takers = new Map<Feature, Uint8Array[]>();
  for (const [input, taken] of branches) {
    for (const branch of taken) takers.set(branch, [...(takers.get(branch) ?? []), input]);
  }
  // The rarest first: what takes those takes most of the others.
  const rareFirst = [...takers].sort(([, a], [, b]) => a.length - b.length);
  const chosen = new Map<Uint8Array, readonly Feature[]>();
  const covered = new Set<Feature>();
  for (const [branch, [smallestTaker]] of rareFirst) {
    if (covered.has(branch)) continue;
    const news = [...(branches.get(smallestTaker) ?? [])].filter((taken) => !covered.has(taken));
    for (const taken of news) covered.add(taken);
    chosen.set(smallestTaker, news);
  }
  return chosen;
}

async function smallest(setting: Setting, input: Uint8Array, needed: readonly Feature[]): Promise<Uint8Array> {
  return await shrunk(setting, input, async (candidate) => {
    const taken = await branchesOf(setting, candidate);
    return needed.every((branch) => taken.has(branch));
  });
}

/** How often a branch is taken does not count here. */
async function branchesOf({ target, probes, before }: Setting, input: Uint8Array): Promise<ReadonlySet<Feature>> {
  before(input);
  await checkedRun(target, input, probes);
  return new Set(featuresOf(probes).map(branchOf));
}

function branchOf(feature: Feature): number {
  return feature >> 3;
}

/** The same finding from as small an input as is found; the finding itself where the input takes long. */
export async function leastInput(setting: Setting & { readonly finding: Finding }): Promise<Finding> {
  let { finding: least } = setting;
  if (least.kind === 'hang') return least;
  await shrunk(setting, least.input, async (candidate) => {
    const finding = await findingOf(setting, candidate);
    if (finding === undefined || shapeOf(finding) !== shapeOf(least)) return false;
    least = finding;
    return true;
  });
  return least;
}

async function findingOf({ target, probes, before }: Setting, input: Uint8Array): Promise<Finding | undefined> {
  before(input);
  try {
    await checkedRun(target, input, probes);
    return undefined;
  } catch (error) {
    if (error instanceof Finding) return error;
    throw error;
  }
}

/** Numbers may be others. */
function shapeOf({ kind, message }: Finding): string {
  return `${kind} ${message.replaceAll(/\d+/g, '0').slice(0, 80)}`;
}

/** Takes the first smaller input that will do, and goes on from that. */
async function shrunk(
  { target }: Setting,
  input: Uint8Array,
  willDo: (candidate: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let least = input;
  let tries = 0;
  for (let found = true; found;) {
    found = false;
    for (const candidate of target.smaller(least)) {
      if (++tries > MOST_TRIES) return least;
      if (candidate.length >= least.length || !(await willDo(candidate))) continue;
      [least, found] = [candidate, true];
      break;
    }
  }
  return least;
}
