import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Gives text a style, or not. */
export type Paint = (style: Style, text: string) => string;

/** Colours for a stream: none where it is no terminal, or where NO_COLOR asks for none. */
export function paintFor(stream: { readonly isTTY?: boolean }): Paint {
  const color = stream.isTTY === true && !process.env.NO_COLOR;
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}
