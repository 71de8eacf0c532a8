import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#kernel/errors.ts'
import type { Agent, Walk } from '#sources/snmp/agent.ts'
import type { Oid, SnmpValue } from '#sources/snmp/values.ts'
import { parseWalk, printRow } from '#sources/snmp/walk-text.ts'

const firstLine = '# Rollcall SNMP recording'
const lastLine = '# end'

/** The file of a target's answers: `192.0.2.1.walk`, and `192.0.2.1@vlan-10.walk` for those of one VLAN. */
export const recordingFile = (folder: string, target: string, vlan?: number): string =>
  join(folder, `${target.replaceAll(/[^\w.-]+/g, '_')}${vlan === undefined ? '' : `@vlan-${vlan}`}.walk`)

/** Answers from a recording, or from the text of `snmpwalk -On` under the same name. */
export function recordedAgent(folder: string, target: string, vlan?: number): Agent {
  const file = recordingFile(folder, target, vlan)
  let loaded: Promise<Recording> | undefined
  const load = (): Promise<Recording> => (loaded ??= readRecording(file, vlan !== undefined))
  return {
    async get(oids, signal) {
      signal.throwIfAborted()
      const { values } = await load()
      return new Map(
        oids.flatMap((oid) => {
          const value = values.get(oid)
          return value === undefined ? [] : [[oid, value] as const]
        }),
      )
    },
    async walk(root, limit, signal): Promise<Walk> {
      signal.throwIfAborted()
      const { values, cut } = await load()
      const rows = new Map<string, SnmpValue>()
      for (const [oid, value] of values) {
        if (!oid.startsWith(`${root}.`)) continue
        if (rows.size >= limit) return { rows, cut: `has more than ${limit} rows` }
        rows.set(oid.slice(root.length + 1), value)
      }
      return { rows, cut }
    },
    ofVlan: (number) => recordedAgent(folder, target, number),
    close: async () => {},
  }
}

interface Recording {
  values: Map<Oid, SnmpValue>
  cut?: string | undefined
}

async function readRecording(file: string, mayBeMissing: boolean): Promise<Recording> {
  // Latin-1 would keep every byte, but walks that people send went through editors that write UTF-8.
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if (mayBeMissing) return ''
    throw new AppError('SOURCE_FILE_UNREADABLE', `There is no recording ${file}`, {
      hint: 'Record the source, or save the text of `snmpwalk -On` under this name.',
      cause,
    })
  })
  const { rows, unknownLines } = parseWalk(text)
  if (rows.length === 0 && !mayBeMissing)
    throw new AppError('SOURCE_ANSWER_INVALID', `${file} holds no answers`, {
      hint: 'It takes the text of `snmpwalk -On`.',
    })
  const isOurs = text.startsWith(firstLine)
  const cut =
    unknownLines > 0
      ? `has ${unknownLines} lines that are no answer`
      : isOurs && !text.trimEnd().endsWith(lastLine)
        ? 'ends before its end'
        : undefined
  return { values: new Map(rows.map(({ oid, value }) => [oid, value])), cut }
}

/** Passes on an agent's answers and keeps them; the login is no part of any answer. */
export function recordingAgent(agent: Agent, folder: string, target: string, vlan?: number): Agent {
  const kept = new Map<Oid, SnmpValue>()
  const below: Agent[] = []
  return {
    async get(oids, signal) {
      const values = await agent.get(oids, signal)
      for (const [oid, value] of values) kept.set(oid, value)
      return values
    },
    async walk(root, limit, signal) {
      const walk = await agent.walk(root, limit, signal)
      for (const [index, value] of walk.rows) kept.set(`${root}.${index}`, value)
      return walk
    },
    ofVlan(number) {
      const child = recordingAgent(agent.ofVlan(number), folder, target, number)
      below.push(child)
      return child
    },
    async close() {
      await Promise.all(below.map((each) => each.close()))
      await agent.close()
      if (kept.size === 0) return
      await mkdir(folder, { recursive: true })
      const lines = [...kept].map(([oid, value]) => printRow(oid, value))
      await writeFile(
        recordingFile(folder, target, vlan),
        `${[firstLine, ...lines, lastLine].join('\n')}\n`,
        {
          mode: 0o600,
        },
      )
    },
  }
}
