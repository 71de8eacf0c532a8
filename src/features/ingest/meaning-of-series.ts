import type { Config } from '#config.ts'
import { leftOut, type Meaning } from '#features/ingest/meaning.ts'
import { meaningOfNodeSeries } from '#features/ingest/node-exporter.ts'
import { meaningOfHostMetric } from '#features/ingest/otel-hostmetrics.ts'
import type { Labels } from '#features/ingest/sink.ts'
import { meaningOfField } from '#features/ingest/telegraf.ts'

/** Patterns of metric names: what is kept beside the usual, and what never is. */
export type Wishes = Config['monitoring']['ingest']

const ofExporter =
  /^(go|process|promhttp|python|jvm|scrape|prometheus|otelcol|net_conntrack|exporter|target|alertmanager)_|^(up|ALERTS|ALERTS_FOR_STATE)$/
const unwelcome = leftOut('named by monitoring.ingest.drop')

/** What a series of Prometheus means, whoever measured it. */
export function meaningOfSeries(labels: Labels, wishes: Wishes): Meaning {
  const name = labels['__name__'] ?? ''
  if (isNamed(wishes.drop, name)) return unwelcome
  const known = meaningOfNodeSeries(labels) ?? meaningOfHostMetric(labels) ?? meaningOfTelegrafSeries(labels)
  if (known !== undefined) return asWished(known, wishes, name)
  if (labels['le'] !== undefined || labels['quantile'] !== undefined)
    return asWished(leftOut('a part of a histogram or summary'), wishes, name)
  // Whether a target answered is told while it is dead too: it must not look like life.
  if (ofExporter.test(name)) {
    const why = leftOut('tells of the exporter or of Prometheus, not of the machine')
    return /^(up$|scrape_|ALERTS)/.test(name) ? why : asWished(why, wishes, name)
  }
  if (labels['cpu'] !== undefined || labels['core'] !== undefined)
    return asWished(leftOut('stands for each processor, which cpu_percent sums up'), wishes, name)
  return { is: 'unknown' }
}

/** What a field of the line protocol means; its name here is that of the measurement and the field. */
export function meaningOfLineField(
  measurement: string,
  field: string,
  tags: Labels,
  wishes: Wishes,
): Meaning {
  const name = `${measurement}_${field}`
  if (isNamed(wishes.drop, name)) return unwelcome
  return asWished(meaningOfField(measurement, field, tags), wishes, name)
}

/** Telegraf can send as Prometheus does; its own names are measurement and field then. */
function meaningOfTelegrafSeries(labels: Labels): Meaning | undefined {
  if (labels['host'] === undefined || labels['instance'] !== undefined) return undefined
  const [, measurement, field] = /^(cpu|mem|disk|net|system|temp)_(.+)$/.exec(labels['__name__'] ?? '') ?? []
  return measurement === undefined ? undefined : meaningOfField(measurement, field!, labels)
}

const asWished = (meaning: Meaning, { keep }: Wishes, name: string): Meaning =>
  meaning.is === 'left out' && isNamed(keep, name) ? { is: 'unknown' } : meaning

/** `node_disk_*`: a star stands for anything. */
const isNamed = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => matcherOf(pattern).test(name))

const matchers = new Map<string, RegExp>()

function matcherOf(pattern: string): RegExp {
  let matcher = matchers.get(pattern)
  if (matcher === undefined) {
    const parts = pattern.split('*').map((text) => text.replaceAll(/[^\w]/g, String.raw`\$&`))
    matcher = new RegExp(`^${parts.join('.*')}$`)
    matchers.set(pattern, matcher)
  }
  return matcher
}
