import { counter, gauge, type MetricDefinition } from './metric-definition.ts';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Of the frames that the bot sends. */
export const producerMetrics: readonly MetricDefinition[] = [
  {
    name: 'candlecast_producer_consumers',
    type: 'gauge',
    help: 'Consumers that are connected, by how frames go to them: as streams, as rows, or not at all.',
    labels: ['mode'],
    samples: ({ sessions }) =>
      (['streams', 'rows', 'none'] as const).map((mode) => ({
        labels: { mode },
        value: sessions.filter((session) => (session.mode ?? 'none') === mode).length,
      })),
  },
  gauge('candlecast_producer_pairs', 'Pairs on the whitelist.', ({ producer }) => producer.whitelist.length),
  gauge(
    'candlecast_producer_streams',
    'Different parts of frames that consumers get as streams.',
    ({ producer }) => producer.streams.filter(({ consumers }) => consumers > 0).length,
  ),
  counter(
    'candlecast_producer_published_total',
    'Frames published after an analysis.',
    ({ counts }) => counts.published,
  ),
  counter(
    'candlecast_producer_accepted_consumers_total',
    'Consumers that connected.',
    ({ counts }) => counts.consumers,
  ),
  counter(
    'candlecast_producer_turned_away_consumers_total',
    'Consumers that were sent away, since there was no room for them.',
    ({ counts }) => counts.turnedAway,
  ),
  counter(
    'candlecast_producer_stalled_consumers_total',
    'Consumers that were closed, since they did not read what was queued.',
    ({ counts }) => counts.stalled,
  ),
  counter('candlecast_producer_sent_messages_total', 'Messages handed to sockets.', ({ counts }) => counts.messages),
  counter('candlecast_producer_sent_bytes_total', 'Bytes of messages handed to sockets.', ({ counts }) => counts.bytes),
  counter('candlecast_producer_deltas_total', 'Differences of streams that were sent.', ({ counts }) => counts.deltas),
  counter(
    'candlecast_producer_snapshots_total',
    'Whole states of streams that were sent.',
    ({ counts }) => counts.snapshots,
  ),
  counter(
    'candlecast_producer_conflated_states_total',
    'States of streams that were not sent, since a newer one took their place.',
    ({ counts }) => counts.conflated,
  ),
  counter(
    'candlecast_producer_resyncs_total',
    'Times that consumers asked for what they lacked of a stream.',
    ({ counts }) => counts.resyncs,
  ),
  gauge('candlecast_producer_queued_bytes', 'Bytes that wait in the sockets of all consumers.', ({ sessions }) =>
    sum(sessions.map(({ queuedBytes }) => queuedBytes)),
  ),
  gauge(
    'candlecast_producer_longest_queue_bytes',
    'Bytes that wait in the socket of the consumer with the most.',
    ({ sessions }) => Math.max(0, ...sessions.map(({ queuedBytes }) => queuedBytes)),
  ),
  gauge(
    'candlecast_producer_pending_frames',
    'Frames that wait for room or their turn, of all consumers.',
    ({ sessions }) => sum(sessions.map(({ pendingFrames }) => pendingFrames)),
  ),
  gauge(
    'candlecast_producer_slow_consumers',
    'Consumers that have not read what was queued.',
    ({ sessions }) => sessions.filter(({ behindSince }) => behindSince !== undefined).length,
  ),
];
