import { type FaultPlan, type FaultSetting, faultNames } from './fault-plan.ts';

/** The faults of a plan in the words of the command line: `429:0.01, late:2s`; undefined where there are none. */
export function planText(plan: FaultPlan): string | undefined {
  const texts = faultNames.flatMap((name) => {
    const setting = plan[name];
    return setting === undefined ? [] : [[name, ...partsOf(setting)].join(':') + retryText(setting)];
  });
  return texts.length === 0 ? undefined : texts.join(', ');
}

function partsOf({ rate, ms, times, path }: FaultSetting): readonly string[] {
  return [
    ...(rate === undefined ? [] : [String(rate)]),
    ...(ms === undefined ? [] : [durationText(ms)]),
    ...(times === undefined ? [] : [`x${times}`]),
    ...(path === undefined ? [] : [path]),
  ];
}

/** The command line has no word for it. */
function retryText({ retryAfterS }: FaultSetting): string {
  return retryAfterS === undefined ? '' : ` (Retry-After ${retryAfterS})`;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

function durationText(ms: number): string {
  const unit = units.find(([, unitMs]) => ms !== 0 && ms % unitMs === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}

/** How often faults have struck requests: `429 2×, timeout 1×`; `none` where none has. */
export function struckText(struck: Readonly<Record<string, number>>): string {
  const texts = faultNames.flatMap((name) => (struck[name] === undefined ? [] : [`${name} ${struck[name]}×`]));
  return texts.length === 0 ? 'none' : texts.join(', ');
}
