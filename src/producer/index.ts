export { Producer, type ProducerSettings, type SessionStatus } from './producer.ts';
export { ProducerError, type ProducerErrorCode, producerErrors } from './producer-error.ts';
export type { ProducerLimits, ProducerOptions } from './producer-options.ts';
