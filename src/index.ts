export { connect } from './consumer/index.ts';
export { Frame, ints, timestamps } from './frame/index.ts';
export { crossedAbove, crossedBelow } from './indicators/index.ts';
export { defineStrategy, mergeInformativePair } from './strategy/index.ts';
