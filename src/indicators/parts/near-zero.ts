/** Half the width of what TA-Lib takes for zero since 0.6; it was 1e-8 before. */
export const NEAR_ZERO = 1e-14;
