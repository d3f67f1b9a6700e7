export { Producer, type ProducerSettings, type SessionStatus } from './producer.ts';
export type { ProducerLimits, ProducerOptions } from './producer-options.ts';
