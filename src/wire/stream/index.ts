export { isAcknowledgedChunk } from './acknowledged-chunk.ts';
export { deflateSnapshot, inflateSnapshot } from './compress-snapshot.ts';
export {
  CONTROL_TYPE,
  type ConsumerControl,
  type ControlOutcome,
  type ProducerControl,
  type StreamSeq,
  decodeConsumerControl,
  decodeConsumerData,
  decodeProducerControl,
  damageOnWire,
  decodeProducerData,
  encodeConsumerControl,
  encodeProducerControl,
} from './control-message.ts';
export { type DeltaOutcome, decodeDelta, encodeDelta } from './delta-message.ts';
export { type EncodedSnapshot, type SnapshotPart, snapshotOfParts } from './encoded-snapshot.ts';
export { type Collected, SnapshotCollector } from './snapshot-collector.ts';
export { SnapshotMemory } from './snapshot-memory.ts';
export {
  CHUNK_HEAD_BYTES,
  type DecodedSnapshot,
  type Snapshot,
  type StreamState,
  decodeSnapshot,
  encodeSnapshot,
  encodeSnapshotChunk,
  joinSnapshot,
} from './snapshot-message.ts';
export { StreamError, type StreamErrorCode, type StreamRefusalCode, streamErrors } from './stream-error.ts';
export { STREAM_VERSION, type StreamHeader, isStreamMessage } from './stream-header.ts';
export { MOST_CHUNK_BYTES, MOST_COLUMNS_OF_A_STREAM, type StreamLimits, defaultStreamLimits } from './stream-limits.ts';
export {
  type DeltaMessage,
  type SnapshotChunk,
  type SnapshotFacts,
  type StreamMessage,
  type StreamMessageOutcome,
  decodeStreamMessage,
} from './stream-message.ts';
export type { StreamRefused } from './stream-refusal.ts';
export { DATE_COLUMN, type SchemaEntry, type StreamSchema, sameSchema, streamSchemaOf } from './stream-schema.ts';
export {
  type Rate,
  type Resume,
  type StreamSubscription,
  type SubscriptionOutcome,
  type Want,
  decodeSubscription,
  encodeSubscription,
} from './subscription.ts';
