/**
 * The one definition of an indicator's arithmetic: state that takes a row and gives that row's value.
 *
 * `Sample` is what one row brings in (a number, or an object of numbers), `Value` what it gives. Rows before the first complete
 * one never reach a core.
 */
export interface Core<Sample, Value> {
  /** Takes the next row. NaN until enough rows came (0 for whole-number outputs). */
  update(sample: Sample): Value;

  /** Becomes equal to another core of the same parameters and shares nothing with it. */
  assign(from: this): void;

  /**
   * Updates with rows `start` to `end` (exclusive) of `inputs` and writes the values to the same rows of `outputs`, both in the
   * order of the definition's names. Rows are given once and in order; a call goes on where the one before ended.
   *
   * Each core has this loop of its own, since the engine then sees one class of core at the call and inlines `update`: a loop
   * shared by all indicators calls through a table and puts every number on the heap, which is several times slower.
   */
  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], start: number, end: number): void;
}
