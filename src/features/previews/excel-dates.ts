import { toTimestamp } from '#kernel/clock.ts'

const day = 86_400_000
/** Serial 0 of the two calendars of Excel, in milliseconds since 1970. */
const epoch1900 = Date.UTC(1899, 11, 30)
const epoch1904 = Date.UTC(1904, 0, 1)

/** Number formats that come with Excel and show a date or a time. */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)

/** Whether a number format shows a date or a time; `code` is that of a format which the workbook made itself. */
export function showsDate(id: number, code: string | undefined): boolean {
  if (code === undefined) return isBuiltInDate(id)
  // Texts, escaped characters and colours are no part of what is shown of the number; [h] is.
  const bare = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]/gi, '')
  return /[ymdhs]/i.test(bare) && !/general/i.test(bare)
}

/** A serial number of Excel as ISO text: a date, a time, or both; undefined for a day that never was. */
export function excelDate(serial: number, is1904: boolean): string | undefined {
  if (!Number.isFinite(serial) || serial < 0 || serial > 2_958_466) return undefined
  // Excel believes in 29 February 1900, which is its day 60.
  if (!is1904 && serial >= 60 && serial < 61) return undefined
  const days = !is1904 && serial < 60 ? serial + 1 : serial
  const milliseconds = Math.round((days * day) / 1000) * 1000
  const iso = toTimestamp((is1904 ? epoch1904 : epoch1900) + milliseconds)
  if (serial < 1) return iso.slice(11, 19)
  return Number.isInteger(serial) ? iso.slice(0, 10) : iso.slice(0, 19)
}
