import { formatBytes, formatPercent, formatRate, formatUptime, short } from '../format.ts'

/** What a metric is measured in. */
export type Unit = 'percent' | 'bytes' | 'rate' | 'number' | 'celsius' | 'watts' | 'seconds' | 'milliseconds'

const formats: Record<Unit, (value: number) => string> = {
  percent: formatPercent,
  bytes: formatBytes,
  rate: formatRate,
  number: short,
  celsius: (value) => `${short(value)} °C`,
  watts: (value) => `${short(value)} W`,
  seconds: formatUptime,
  milliseconds: (value) => `${short(value)} ms`,
}

/** A value with its unit; a dash for nothing. */
export const formatIn = (unit: Unit, value: number | null | undefined): string =>
  value === null || value === undefined ? '—' : formats[unit](value)

/** Whether steps of 1024 are round: an axis of bytes has its lines at MiB, not at millions. */
export const isBinary = (unit: Unit): boolean => unit === 'bytes' || unit === 'rate'
