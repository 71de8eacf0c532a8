// No-op jobs through pg-boss tuned to go on at once, work() in four loops: node pg-boss-burst.mjs URL ROWS
import { openBoss } from './pg-boss-jobs.mjs'

const { work } = await openBoss()
await work({ batchSize: 100, burstWhenBatchFull: true, localConcurrency: 4 })
