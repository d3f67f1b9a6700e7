export { Producer, type ProducerSettings } from './producer.ts';
export { ProducerError, type ProducerErrorCode, producerErrors } from './producer-error.ts';
export type { ProducerLimits, ProducerOptions } from './producer-options.ts';
export type { ProducerCounts, SessionCounts, SessionStatus } from './producer-status.ts';
