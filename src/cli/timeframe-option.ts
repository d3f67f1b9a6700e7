import { InvalidArgumentError, Option } from 'commander';
import { type Timeframe, parseTimeframe } from '../market/index.ts';
import { messageOf } from '../util/errors.ts';

/** `-t`, as freqtrade has it. */
export function timeframesOption(description: string): Option {
  return new Option('-t, --timeframes <timeframe...>', description).argParser(
    (text: string, before: readonly Timeframe[] | undefined): readonly Timeframe[] => {
      try {
        return [...(before ?? []), parseTimeframe(text)];
      } catch (error) {
        throw new InvalidArgumentError(messageOf(error));
      }
    },
  );
}
