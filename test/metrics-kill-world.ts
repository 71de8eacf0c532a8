import type { Config } from '#config.ts'
import type { Entry } from '#model/sample.ts'
import { reading } from '#test/metric-readings.ts'
import { testConfig } from '#test/test-config.ts'

/** What is told at a time, so that what is stored can be checked. */
export const killedReading = (subject: string, at: number): Entry =>
  reading(subject, at, { cpu_percent: at % 1_000 })

/** The clock of those that are killed races: nothing becomes too old. */
export const metricsKillConfig = (): Config =>
  testConfig({ monitoring: { rawDays: 3_650, hourDays: 3_650, dayDays: 3_650, hotHours: 1 } })
