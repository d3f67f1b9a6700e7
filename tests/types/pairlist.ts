/** That the pair lists of a checked config are what `src/pairlist` takes. Checked by `npm run types` alone, never run. */
import type { PairlistConfig as FromConfig } from '../../src/config/pairlist-schema.ts';
import type { PairlistConfig as Taken } from '../../src/pairlist/pairlist-config.ts';

/* oxlint-disable typescript/no-unnecessary-type-parameters -- they are what is checked */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<_T extends true>(): void;

/** The settings of each method; whether an absent one may be written as undefined is the same to both sides. */
type Settings<Config extends { readonly method: string }> = {
  readonly [Method in Config['method']]: {
    readonly [Key in keyof Extract<Config, { method: Method }>]: Exclude<
      Extract<Config, { method: Method }>[Key],
      undefined
    >;
  };
};

/** A checked config always has it; who calls `createPairlist` without one may leave it out. */
type Filled<Config extends { readonly method: string }> = Config extends { readonly method: 'VolumePairList' }
  ? Omit<Config, 'lookback_period'> & { readonly lookback_period: number }
  : Config;

same<Equal<Settings<FromConfig>, Settings<Filled<Taken>>>>();
// @ts-expect-error a setting more
same<Equal<Settings<FromConfig>, Settings<Filled<Exclude<Taken, { method: 'AgeFilter' }>> | MoreSettings>>>();
// @ts-expect-error a setting that may be absent
same<Equal<Settings<FromConfig>, Settings<Filled<Exclude<Taken, { method: 'OffsetFilter' }>> | FewerSettings>>>();

interface MoreSettings {
  readonly method: 'AgeFilter';
  readonly min_days_listed: number;
  readonly max_days_listed?: number;
  readonly more?: string;
}

interface FewerSettings {
  readonly method: 'OffsetFilter';
  readonly offset?: number;
  readonly number_assets: number;
}
