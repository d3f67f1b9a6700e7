export { Producer, type ProducerSettings } from './producer.ts';
export { ProducerError, type ProducerErrorCode, producerErrors } from './producer-error.ts';
export type { ProducerLimits, ProducerOptions } from './producer-options.ts';
export type { StreamStatus } from './streams/stream-set.ts';
export type { ProducerCounts, SessionCounts, SessionStatus } from './producer-status.ts';
