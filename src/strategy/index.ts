export { type AnalysisOutcome, analyze, analyzeInformative } from './analyze.ts';
export type {
  DataProvider,
  MissingProducerFrame,
  OwnAnalyzed,
  PresentProducerFrame,
  ProducerDfOptions,
  ProducerFrame,
} from './data-provider.ts';
export { defineStrategy, isStrategy } from './define-strategy.ts';
export { KeptAnalysis } from './kept-analysis.ts';
export {
  type Merged,
  type MergedKind,
  type MergeOptions,
  type SuffixOf,
  mergeInformativePair,
} from './merge-informative-pair.ts';
export type { SourceLocation } from './source-location.ts';
export { StrategyError, type StrategyErrorCode, strategyErrors } from './strategy-error.ts';
export type {
  AnyStrategy,
  InformativeColumns,
  InformativeContext,
  InformativePair,
  InformativeSchemas,
  NoInformative,
  ProducerColumns,
  Strategy,
  StrategyContext,
  StrategyDefinition,
  TradeSettings,
} from './strategy.ts';
