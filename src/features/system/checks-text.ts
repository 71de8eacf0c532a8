import type { Check } from '#features/system/check.ts'

const marks = { ok: 'ok', warning: 'WARNING', problem: 'PROBLEM' } as const

/** Checks as a person reads them on a terminal, with what to do below each that is not well; nothing is cut. */
export function checksText({ checks }: { checks: readonly Check[] }): string {
  const widest = Math.max(0, ...checks.map(({ name }) => name.length))
  const indent = ' '.repeat(marks.warning.length + widest + 4)
  const lines = checks.flatMap(({ name, status, message, remedy }) => {
    const [first, ...more] = message.split('\n').map((line) => line.trim())
    return [
      `${marks[status].padEnd(marks.warning.length)}  ${name.padEnd(widest)}  ${first}`,
      ...more.map((line) => `${indent}${line}`),
      ...(remedy === null ? [] : [`${indent}→ ${remedy}`]),
    ]
  })
  return [...lines, '', `${verdict(checks)}`].join('\n')
}

function verdict(checks: readonly Check[]): string {
  const count = (status: Check['status'], one: string) => {
    const number = checks.filter((each) => each.status === status).length
    return number === 0 ? [] : [`${number} ${one}${number === 1 ? '' : 's'}`]
  }
  const found = [...count('problem', 'problem'), ...count('warning', 'warning')]
  return found.length === 0 ? 'All is well.' : `${found.join(', ')}.`
}
