/**
 * Seeded random numbers: the same seed gives the same sequence on every machine. Only the last bits of `normal` depend on the
 * JavaScript engine, whose logarithm and cosine it uses.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits of it. */
  next(): number;
  /** Standard normal. */
  normal(): number;
  /** An integer in [0, bound), for bounds up to 2^32. */
  below(bound: number): number;
}

/** A generator for `seed`: any string or number. Source: Chris Doty-Humphrey's sfc32 (PractRand). */
export function seededRandom(seed: string | number): Random {
  let [a, b, c, counter] = [hash(`${seed}:a`), hash(`${seed}:b`), hash(`${seed}:c`), 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 16; i++) next();
  return {
    next,
    // Box and Muller's transform; 1 - next() keeps the logarithm finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    below: (bound) => Math.floor(next() * bound),
  };
}

/** FNV-1a over UTF-16 code units. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return state >>> 0;
}
