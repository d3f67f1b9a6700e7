/** A time to the minute, in UTC: `2024-01-31 23:55`; with seconds where it has some. */
export function minuteText(ms: number): string {
  const text = new Date(ms).toISOString();
  const seconds = text.slice(17, 19);
  return `${text.slice(0, 10)} ${text.slice(11, 16)}${seconds === '00' ? '' : `:${seconds}`}`;
}
