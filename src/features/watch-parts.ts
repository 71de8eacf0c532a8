import { createAlertsPart } from '#features/alerts/alerts-part.ts'
import { createChecksPart } from '#features/checks/checks-part.ts'
import { scrapesPart } from '#features/ingest/scrapes-part.ts'
import { createHeardPart } from '#features/monitoring/heard-part.ts'
import type { WatchPart } from '#features/monitoring/watch.ts'
import { costPart } from '#features/cost/cost-part.ts'
import { deadManPart } from '#features/notices/dead-man-part.ts'
import { noticesPart } from '#features/notices/notices-part.ts'
import { createStatusPart } from '#features/status/status-part.ts'

/** What the node that watches does, in the order in which it is done: who lives, what is wrong, who is told. */
export const createWatchParts = (): WatchPart[] => [
  createStatusPart(),
  createChecksPart(),
  createHeardPart(),
  scrapesPart(),
  createAlertsPart(),
  noticesPart(),
  deadManPart(),
  costPart(),
]
