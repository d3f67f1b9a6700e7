/** What an indicator takes of one candle: its numbers by column name. */
export type CandleRow<Name extends 'open' | 'high' | 'low' | 'close' | 'volume'> = Readonly<Record<Name, number>>;
