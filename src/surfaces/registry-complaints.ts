import { z } from 'zod'
import type { AnyOperation } from '#features/operation.ts'
import { inputFields } from '#surfaces/input-fields.ts'
import { addressOf } from '#surfaces/operation-request.ts'

/** What is wrong with a list of operations that types cannot tell; empty when nothing is. */
export function registryComplaints(operations: readonly AnyOperation[]): string[] {
  return [
    ...twice(operations, 'name', (each) => [each.name]),
    ...twice(operations, 'address', (each) => [each.http.replaceAll(/:\w+/g, ':')]),
    ...twice(operations, 'command', (each) => [each.name.replace('.', ' '), ...(each.cli?.aliases ?? [])]),
    ...operations.flatMap((each) => complaintsAbout(each).map((complaint) => `${each.name}: ${complaint}`)),
  ]
}

function twice(
  operations: readonly AnyOperation[],
  what: string,
  keys: (each: AnyOperation) => string[],
): string[] {
  const seen = new Map<string, string>()
  const found: string[] = []
  for (const each of operations) {
    for (const key of keys(each)) {
      const other = seen.get(key)
      if (other !== undefined) found.push(`${each.name} and ${other} have the same ${what}: ${key}`)
      seen.set(key, each.name)
    }
  }
  return found
}

function complaintsAbout(operation: AnyOperation): string[] {
  const { method, parameters } = addressOf(operation)
  const names = inputFields(operation.input).map((field) => field.name)
  const answer = answerFields(operation)
  const rules: [broken: boolean, complaint: string][] = [
    [!/^[a-z][A-Za-z]*(\.[a-z][A-Za-z]*)+$/.test(operation.name), 'is not named noun.verb'],
    [!/^[A-Z].*\.$/.test(operation.summary), 'its summary is no sentence'],
    [method === 'GET' && operation.effect !== 'read', 'is a GET and changes something'],
    [method === 'DELETE' && operation.effect === 'read', 'is a DELETE and only reads'],
    [
      operation.effect !== 'read' && operation.permission.endsWith('.read'),
      'changes something with a right to read',
    ],
    [
      operation.paged === true && !includesAll(names, ['limit', 'cursor']),
      'is paged without limit and cursor',
    ],
    [
      operation.paged === true && !includesAll(answer, ['items', 'nextCursor']),
      'is paged and answers no page',
    ],
    [
      operation.paged !== true && includesAll(answer, ['items', 'nextCursor']),
      'answers a page and does not say paged',
    ],
    [operation.job === true && !answer.includes('jobId'), 'is a job and does not answer its jobId'],
    [operation.job === true && method === 'GET', 'is a job and a GET'],
  ]
  const unknown = [...parameters, ...(operation.cli?.arguments ?? [])].filter((name) => !names.includes(name))
  return [
    ...rules.filter(([broken]) => broken).map(([, complaint]) => complaint),
    ...unknown.map((name) => `names ${name}, which is no field of its input`),
  ]
}

const includesAll = (names: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every((name) => names.includes(name))

function answerFields(operation: AnyOperation): string[] {
  const schema = z.toJSONSchema(operation.output, { io: 'output', unrepresentable: 'any' })
  return Object.keys(schema.properties ?? {})
}
