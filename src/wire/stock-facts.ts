/** Where freqtrade's message websocket is, in the path of its URL. */
export const MESSAGE_PATH = '/api/v1/message/ws';

/**
 * A stock consumer replaces its whole copy by a frame of this many rows or more, and joins a shorter one to it (freqtrade's
 * FULL_DATAFRAME_THRESHOLD).
 */
export const WHOLE_FRAME_ROWS = 100;
