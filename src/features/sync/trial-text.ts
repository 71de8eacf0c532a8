import type { SourceTestAnswer } from '#features/sync/source-trial.ts'

const marks = { ok: '✔', limited: '!', failed: '✖' } as const

/** A connection test on one screen: what works, what a missing right hides, and what to fix. */
export function trialText({ ok, message, hint, warnings, checks }: SourceTestAnswer): string {
  const width = Math.max(0, ...checks.map(({ name }) => name.length))
  const lines = [`${ok ? marks.ok : marks.failed} ${message}`, ...(hint === null ? [] : [`  ${hint}`])]
  if (checks.length > 0) lines.push('')
  for (const { name, result, detail, fix } of checks) {
    lines.push(`${marks[result]} ${name.padEnd(width)}  ${detail}`)
    if (fix !== null) lines.push(`  ${' '.repeat(width)}  To mend it: ${fix}`)
  }
  // What a check tells already is not told twice.
  const told = new Set(checks.flatMap(({ name, detail }) => [detail, `${name}: ${detail}`]))
  const more = warnings.filter((warning) => !told.has(warning))
  if (more.length > 0) lines.push('', ...more.map((warning) => `${marks.limited} ${warning}`))
  return lines.join('\n')
}

/** A program that tests a source wants to know by its exit code whether it can be read. */
export const isFailedTrial = ({ ok, checks }: SourceTestAnswer): boolean =>
  !ok || checks.some(({ result }) => result === 'failed')
