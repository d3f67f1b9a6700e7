/** Columns in which a strategy says what it would do: 1 where it would. */
export const signalFlagColumns = ['enter_long', 'exit_long', 'enter_short', 'exit_short'] as const;

/** Columns that name the reason for an entry or exit. */
export const signalTagColumns = ['enter_tag', 'exit_tag'] as const;
