import type { Core } from './core.ts';

/** An indicator that takes one closed candle after another. */
export interface IndicatorStream<Sample, Value> {
  /** Takes the next row and gives its value, the same to the bit as in that row of a batch. NaN during warm-up. */
  update(sample: Sample): Value;
  /** The value if the open candle closed as this sample; the stream stays as it is. */
  peek(sample: Sample): Value;
  /** A stream in the same state that lives on its own. */
  copy(): IndicatorStream<Sample, Value>;
}

/** What a stream needs to know of its definition. */
interface StreamSource<Sample, Value> {
  readonly start: () => Core<Sample, Value>;
  readonly isMissing: (sample: Sample) => boolean;
  readonly blank: () => Value;
}

/** A stream over a core. Missing samples before the first complete one are skipped, as in a batch. */
export class CoreStream<Sample, Value> implements IndicatorStream<Sample, Value> {
  private readonly source: StreamSource<Sample, Value>;
  private readonly core: Core<Sample, Value>;
  private scratch: Core<Sample, Value> | undefined;
  private begun = false;

  constructor(source: StreamSource<Sample, Value>) {
    this.source = source;
    this.core = source.start();
  }

  update(sample: Sample): Value {
    if (this.isEarly(sample)) return this.source.blank();
    this.begun = true;
    return this.core.update(sample);
  }

  peek(sample: Sample): Value {
    if (this.isEarly(sample)) return this.source.blank();
    this.scratch ??= this.source.start();
    this.scratch.assign(this.core);
    return this.scratch.update(sample);
  }

  copy(): CoreStream<Sample, Value> {
    const copy = new CoreStream(this.source);
    copy.core.assign(this.core);
    copy.begun = this.begun;
    return copy;
  }

  private isEarly(sample: Sample): boolean {
    return !this.begun && this.source.isMissing(sample);
  }
}
