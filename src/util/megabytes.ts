/** freqtrade's megabyte, in which `message_size_limit` counts. */
export const MEGABYTE = 2 ** 20;

/** The fewest whole megabytes that hold so many bytes. */
export function wholeMegabytes(bytes: number): number {
  return Math.ceil(bytes / MEGABYTE);
}
