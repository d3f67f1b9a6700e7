/**
 * In every answer of a Candlecast producer to an upgrade, whether it is accepted or refused: a consumer sees by it that the
 * Authorization header was read there, which stock producers do not read.
 */
export const CANDLECAST_HEADER = 'X-Candlecast';
