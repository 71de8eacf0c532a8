import type { Generated } from 'kysely'
import type { Flag, JsonText } from '#database/schema.ts'

export interface TariffsTable {
  id: Generated<number>
  name: string
  currency: string
  /** Whose days and hours count. */
  zone: string
  /** The first day, and the last; open where null. */
  valid_from: string | null
  valid_to: string | null
  /** A month. */
  base_fee_cents: number
  cents_per_kwh: number
  /** Hours of days of the week that cost something else. */
  bands: JsonText
  /** What else is needed for each kilowatt-hour of a server, such as cooling: 1 for nothing. */
  overhead: number
  /** Whose it is: devices with one of the tags, or at one of the sites; of all others where both are empty. */
  tags: JsonText
  sites: JsonText
  created_at: string
  updated_at: string
  version: Generated<number>
}

/** What a server took on one day of its tariff's zone. */
export interface CostDaysTable {
  server_id: string
  day: string
  /** A hash of what it was worked out with: tariff, machine. */
  basis: string
  tariff_id: number | null
  currency: string | null
  kwh: number
  low_kwh: number
  high_kwh: number
  cents: number | null
  low_cents: number | null
  high_cents: number | null
  seconds_on: number
  seconds_measured: number
  /** Measured of the processor only. */
  seconds_partial: number
  seconds_estimated: number
  /** The day is over and its readings are here. */
  closed: Flag
  computed_at: string
}

/** The hours of a day; kept for some weeks only, because they take more room than the day. */
export interface CostHoursTable {
  server_id: string
  day: string
  hours: JsonText
}

/** Tariffs, and days by server. */
export interface CostSchema {
  tariffs: TariffsTable
  cost_days: CostDaysTable
  cost_hours: CostHoursTable
}
