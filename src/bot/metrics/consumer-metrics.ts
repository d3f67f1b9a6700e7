import { copyConditions } from '../../consumer/index.ts';
import { frameLabels, type MetricDefinition, perFrame, perProducer } from './metric-definition.ts';

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);
const oneIf = (isSo: boolean) => (isSo ? 1 : 0);

/** Of the producers that the bot consumes. */
export const consumerMetrics: readonly MetricDefinition[] = [
  perProducer(
    'gauge',
    'candlecast_consumer_connected',
    'Whether the connection to the producer stands.',
    ({ connected }) => oneIf(connected),
  ),
  perProducer(
    'gauge',
    'candlecast_consumer_failed_attempts',
    'Attempts to connect that failed in a row.',
    ({ attempts }) => attempts,
  ),
  perProducer(
    'counter',
    'candlecast_consumer_connections_total',
    'Connections to the producer that stood.',
    ({ counts }) => counts.connections,
  ),
  perProducer(
    'gauge',
    'candlecast_consumer_heartbeat_age_seconds',
    'Since the producer told last what it has sent; absent for a stock one.',
    ({ heartbeatAgeMs }) => seconds(heartbeatAgeMs),
  ),
  perProducer(
    'counter',
    'candlecast_consumer_received_messages_total',
    'Messages that were read.',
    ({ counts }) => counts.messages,
  ),
  perProducer(
    'counter',
    'candlecast_consumer_received_bytes_total',
    'Bytes of messages that were read.',
    ({ counts }) => counts.bytes,
  ),
  perProducer(
    'counter',
    'candlecast_consumer_updates_total',
    'Times that a copy changed.',
    ({ counts }) => counts.updates,
  ),
  perProducer(
    'counter',
    'candlecast_consumer_deltas_total',
    'Differences of streams that came.',
    ({ counts }) => counts.deltas,
  ),
  perProducer(
    'counter',
    'candlecast_consumer_snapshots_total',
    'Whole states of streams that began to come.',
    ({ counts }) => counts.snapshots,
  ),
  perProducer(
    'counter',
    'candlecast_consumer_conflated_states_total',
    'States of streams that the producer left out, since a newer one took their place.',
    ({ counts }) => counts.conflated,
  ),
  perProducer(
    'counter',
    'candlecast_consumer_resyncs_total',
    'Times that something of a frame was lost or wrong, and asked for again.',
    ({ counts }) => counts.resyncs,
  ),
  perProducer(
    'counter',
    'candlecast_consumer_mismatches_total',
    "Times that a copy turned out to differ from the producer's frame.",
    ({ counts }) => counts.mismatches,
  ),
  {
    name: 'candlecast_consumer_frames',
    type: 'gauge',
    help: 'Copies of frames, by what they are worth.',
    labels: ['producer', 'state'],
    samples: ({ upstream, copies }) =>
      upstream.flatMap(({ producer }) =>
        copyConditions.map((state) => ({
          labels: { producer, state },
          value: copies.filter((each) => each.producer === producer && each.copy.condition === state).length,
        })),
      ),
  },
  {
    name: 'candlecast_consumer_frame_state',
    type: 'gauge',
    help: 'What a copy is worth: 1 for the state that it is in, 0 for the others.',
    labels: ['producer', 'pair', 'timeframe', 'candle_type', 'state'],
    samples: ({ copies }) =>
      copies.flatMap(({ producer, copy: { key, condition } }) =>
        copyConditions.map((state) => ({
          labels: { producer, ...frameLabels(key), state },
          value: oneIf(condition === state),
        })),
      ),
  },
  perFrame('candlecast_consumer_frame_age_seconds', 'Since the last update of a copy came.', ({ ageMs }) =>
    seconds(ageMs),
  ),
  perFrame(
    'candlecast_consumer_frame_lag_seconds',
    "From the end of the producer's analysis to the arrival of the last update here, by the clocks of both.",
    ({ lagMs }) => seconds(lagMs),
  ),
  perFrame(
    'candlecast_consumer_frame_seq',
    "Which of the stream's states a copy is; begins anew with the producer.",
    ({ seq }) => seq,
  ),
];
