import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { loadConfig } from '#config.ts'
import type { OpenDatabase } from '#database/open.ts'
import { toSecretKey } from '#features/access/key-file.ts'
import { createSecretBox } from '#features/access/secret-box.ts'
import { jobActions } from '#features/job-actions.ts'
import { createJobQueue } from '#features/jobs/job-queue.ts'
import { sourceOperations } from '#features/sync/source-operations.ts'
import { systemActor, type Actor } from '#model/actor.ts'
import { sourceTypes } from '#sources/sources.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { testContext, type TestContext } from '#test/test-context.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- the tests look into answers of every shape
type Answer = any

export interface SourceWorld {
  context: TestContext
  /** Writes a file into the folder of the configuration; gives its path. */
  file(name: string, text: string): string
  /** Asks as a surface does: right, input and answer checked. */
  ask(operation: string, input?: object, actor?: Actor, signal?: AbortSignal): Promise<Answer>
}

/** A configuration file with these sources in a folder of its own, over a database, with real types, seals and jobs. */
export function sourceWorld(opened: OpenDatabase, yaml = ''): SourceWorld {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-sources-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const config = loadConfig({
    argvConfig: file('rollcall.yaml', `dataDirectory: ./data\n${yaml}`),
    environment: {},
    workingDirectory: folder,
    sourceTypes,
  })
  const secrets = createSecretBox([toSecretKey(randomBytes(32))])
  const context = testContext(opened, { config, secrets, sourceTypes })
  context.jobs = createJobQueue(context, jobActions)
  const ask: SourceWorld['ask'] = async (
    name,
    input = {},
    actor = systemActor('test'),
    signal = new AbortController().signal,
  ) => {
    const operation = sourceOperations.find((each) => each.name === name)
    if (!operation) throw new Error(`there is no operation ${name}`)
    return answerOperation(operation, context, actor, input, signal)
  }
  return { context, file, ask }
}

/** Two leases as dnsmasq keeps them; they end in 2100. */
export const dnsmasqLeases = `4102444800 00:1b:21:3c:4d:01 192.0.2.10 web-01 01:00:1b:21:3c:4d:01
4102444800 00:1b:21:3c:4d:02 192.0.2.11 printer *
`

/** One lease as Kea keeps it. */
export const keaLeases = `address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context
192.0.2.20,00:1b:21:3c:4d:03,,3600,4102444800,1,0,0,nas,0,
`

/** Two machines of a list. */
export const assetList = `name,type,mac
db-01,server,00:1b:21:3c:4d:04
switch-01,switch,00:1b:21:3c:4d:05
`
