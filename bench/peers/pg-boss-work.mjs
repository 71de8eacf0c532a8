// No-op jobs through pg-boss with a hundred at a time and its shortest pause: node pg-boss-work.mjs URL ROWS
import { openBoss } from './pg-boss-jobs.mjs'

const { work } = await openBoss()
await work({ batchSize: 100, pollingIntervalSeconds: 0.5 })
