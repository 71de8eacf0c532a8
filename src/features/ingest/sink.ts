/** Labels of a series by name; `__name__` is the metric's own. */
export type Labels = Readonly<Record<string, string>>

/** Takes the samples of one body, series by series. `Series` is whatever the one who takes them makes of its labels. */
export interface Sink<Series> {
  /** `identity` is a text that the same labels always have; `labels` are only read where it is new. */
  series(identity: string, labels: () => Labels): Series
  sample(series: Series, at: number, value: number): void
  /** A series ended: Prometheus says so with a sample that is no number. */
  ended(series: Series): void
}

/** What a body held, taken or not. */
export interface Held {
  samples: number
  histograms: number
  exemplars: number
}
