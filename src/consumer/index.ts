export { candlePatienceMs } from './candle-patience.ts';
export {
  type ConnectionCounts,
  type ConnectionStatus,
  type CopyCondition,
  copyConditions,
  type CopyStatus,
} from './connection-status.ts';
export { type ConnectOptions, type ProducerClient, connect } from './connect.ts';
export { Consumer, type ConsumerParts } from './consumer.ts';
export { ConsumerError, type ConsumerErrorCode, consumerErrors } from './consumer-error.ts';
export type { ConsumerEvent, FrameUpdate } from './consumer-event.ts';
export {
  type ConsumerOptions,
  type ConsumerSettings,
  type ProducerAddress,
  consumerSettings,
} from './consumer-options.ts';
export type { ConsumerSocket, ConsumerSocketEvents, OpenSocket, SocketEnd } from './consumer-socket.ts';
export type { CopyView } from './frame-store.ts';
