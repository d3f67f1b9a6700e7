/** A running mean of whatever kind; both sides of `assign` are of one kind and have the same parameters. */
export interface Mean {
  update(value: number): number;
  assign(from: Mean): void;
}
