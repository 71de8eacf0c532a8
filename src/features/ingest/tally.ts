import type { LeftOut } from '#features/ingest/meaning.ts'

/** Why samples are refused, and what helps. */
export const refusals = {
  'no host': 'Nothing in it says which machine it is of. Add a label `instance`, `host` or `hostname`.',
  'only a loopback name':
    'It is said to be of localhost, as it would be of every machine. Scrape it under its own name, or add a label `host`.',
  'no such server':
    'No server has this name, and only metrics of machines (node_exporter, Telegraf, hostmetrics) make one. Make it with `rollcall server create`.',
  'not taken': 'The server was not found or may not be written by this sender, or its clock is far off.',
  'not a number': 'The value is NaN, infinite, or negative where nothing can be less than zero.',
  'not a time': 'The time is more than ten minutes ahead of our clock, or older than monitoring.rawDays.',
  'too many series':
    'A server may have monitoring.maxSeriesPerServer series (500), four fifths of them of its own, and all together monitoring.maxSeries. Name those that nobody needs in monitoring.ingest.drop, or raise the limit.',
  'name too long': 'Name and labels of a series may have 500 characters.',
  'histogram or exemplar': 'Native histograms and exemplars are not kept.',
  'unreadable line': 'The line is not of the format.',
} as const
export type Reason = keyof typeof refusals

/** How many samples of a reason, and the first of them. */
export interface RefusedCount {
  count: number
  example: string
}

/** What became of samples: each of them is counted once. */
export class Tally {
  samples = 0
  /** Became one of the known metrics, or a part of one. */
  mapped = 0
  /** Kept under their own names. */
  kept = 0
  readonly leftOut = new Map<LeftOut | 'the series ended', number>()
  readonly refused = new Map<Reason, RefusedCount>()

  leaveOut(why: LeftOut | 'the series ended'): void {
    this.leftOut.set(why, (this.leftOut.get(why) ?? 0) + 1)
  }

  refuse(reason: Reason, example: string, count = 1): void {
    const before = this.refused.get(reason)
    if (before) before.count += count
    else this.refused.set(reason, { count, example: example.slice(0, 200) })
  }

  /** Refuses what was counted as taken. */
  takeBack(reason: Reason, example: string, count = 1): void {
    const fromMapped = Math.min(count, this.mapped)
    this.mapped -= fromMapped
    this.kept -= count - fromMapped
    this.refuse(reason, example, count)
  }

  get refusedCount(): number {
    let sum = 0
    for (const { count } of this.refused.values()) sum += count
    return sum
  }
}
