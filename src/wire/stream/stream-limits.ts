/** The most that the decoders of the extended wire take from a peer; more is refused with STREAM_TOO_LARGE. */
export interface StreamLimits {
  /** Rows of a window, and so of a snapshot or delta. 100,000 unless told. */
  readonly mostRows?: number;
  /** Columns of a stream. 5,000 unless told. */
  readonly mostColumns?: number;
  /** Cells of earlier rows that one delta changes. 200,000 unless told. */
  readonly mostPatchCells?: number;
  /** Bytes of one binary message. 16 Mi unless told. */
  readonly mostMessageBytes?: number;
  /** Bytes of a snapshot's content, as sent and, where it is compressed, when it no longer is. 64 Mi unless told. */
  readonly mostSnapshotBytes?: number;
  /** Bytes of one cell of text. 64 Ki unless told. */
  readonly mostTextBytes?: number;
  /** Wants of a subscription. 1,000 unless told. */
  readonly mostWants?: number;
  /** Streams in a heartbeat or a request to resume. 20,000 unless told, as many as a producer has at most. */
  readonly mostStreams?: number;
  /** UTF-16 units of a column's name or a pair. 200 unless told. */
  readonly mostNameLength?: number;
  /** UTF-16 units of one text message about streams. 2 Mi unless told: 20,000 streams in a heartbeat have 0.5 Mi. */
  readonly mostCharacters?: number;
}

export const defaultStreamLimits: Required<StreamLimits> = {
  mostRows: 100_000,
  mostColumns: 5000,
  mostPatchCells: 200_000,
  mostMessageBytes: 16 * 1024 * 1024,
  mostSnapshotBytes: 64 * 1024 * 1024,
  mostTextBytes: 64 * 1024,
  mostWants: 1000,
  mostStreams: 20_000,
  mostNameLength: 200,
  mostCharacters: 2 * 1024 * 1024,
};

/** Columns are numbered with 16 bits in patches, so there is no stream of more. */
export const MOST_COLUMNS_OF_A_STREAM = 65_536;

/** Content of one snapshot message: little enough that a new candle never waits for long behind one. */
export const MOST_CHUNK_BYTES = 64 * 1024;
