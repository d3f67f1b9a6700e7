/** `0.3 s`, `12 s`, `5 min`, `3 h`. */
export function printAge(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** `3 ms`, `1.2 s`, `5 min`; below 0 where clocks differ. */
export function printLag(ms: number): string {
  if (Math.abs(ms) >= 999.5) return ms < 0 ? `-${printAge(-ms)}` : printAge(ms);
  return `${Math.round(ms)} ms`;
}
