/** Milliseconds since the epoch as ISO 8601 in UTC; a number that is no time as the number. */
export function timeText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}
