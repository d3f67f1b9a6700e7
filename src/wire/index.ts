export { CANDLECAST_HEADER } from './candlecast-header.ts';
export { type CloseCode, closeCodes } from './close-codes.ts';
export type { ConsumerAccess } from './consumer-access.ts';
export type { ColumnDeclaration, KindLetter, Special, SpecialValue } from './column-kinds.ts';
export { type DecodedFrame, decodeFrame } from './decode-frame.ts';
export { type MessageOutcome, decodeMessage } from './decode-message.ts';
export { type EncodedFrame, type EncodeFrameOptions, encodeFrame } from './encode-frame.ts';
export { encodeMessage } from './encode-message.ts';
export type {
  AnalyzedFrameMessage,
  EventMessage,
  ExceptionMessage,
  Message,
  NewCandleMessage,
  WhitelistMessage,
} from './message.ts';
export type { MessageSocket, MessageSocketEvents } from './message-socket.ts';
export type { Refused } from './refusal.ts';
export { type Request, type RequestOutcome, decodeRequest, encodeRequest } from './request.ts';
export { MOST_ROWS_BY_LIMIT, type RowRange, rowRange, selectRows, wholeFrame, widerRange } from './row-range.ts';
export { MESSAGE_PATH, WHOLE_FRAME_ROWS } from './stock-facts.ts';
export {
  CHUNK_HEAD_BYTES,
  CONTROL_TYPE,
  type Collected,
  type ConsumerControl,
  type ControlOutcome,
  DATE_COLUMN,
  type DecodedSnapshot,
  type DeltaMessage,
  type DeltaOutcome,
  type EncodedSnapshot,
  MOST_CHUNK_BYTES,
  MOST_COLUMNS_OF_A_STREAM,
  type ProducerControl,
  type Rate,
  type Resume,
  STREAM_VERSION,
  type SchemaEntry,
  type Snapshot,
  type SnapshotChunk,
  SnapshotCollector,
  SnapshotMemory,
  type SnapshotFacts,
  type SnapshotPart,
  StreamError,
  type StreamErrorCode,
  type StreamHeader,
  type StreamLimits,
  type StreamMessage,
  type StreamMessageOutcome,
  type StreamRefusalCode,
  type StreamRefused,
  type StreamSchema,
  type StreamSeq,
  type StreamState,
  type StreamSubscription,
  type SubscriptionOutcome,
  type Want,
  decodeConsumerControl,
  decodeConsumerData,
  decodeDelta,
  decodeProducerControl,
  decodeProducerData,
  decodeSnapshot,
  decodeStreamMessage,
  decodeSubscription,
  defaultStreamLimits,
  deflateSnapshot,
  encodeConsumerControl,
  encodeDelta,
  encodeProducerControl,
  encodeSnapshot,
  encodeSnapshotChunk,
  encodeSubscription,
  inflateSnapshot,
  isAcknowledgedChunk,
  isStreamMessage,
  joinSnapshot,
  sameSchema,
  snapshotOfParts,
  streamErrors,
  streamSchemaOf,
} from './stream/index.ts';
export { type EventTopic, type Topic, isEventTopic, isTopic, topics } from './topics.ts';
export { WireError, type WireErrorCode, type WireRefusalCode, wireErrors } from './wire-error.ts';
export { type RequestLimits, type WireLimits, defaultWireLimits } from './wire-limits.ts';
