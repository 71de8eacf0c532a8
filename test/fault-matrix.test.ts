import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { systemClock, type Clock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import type { Database } from '#database/schema.ts'
import { runSource } from '#features/sync/run-source.ts'
import { netboxSource } from '#sources/netbox/netbox.ts'
import type { Source } from '#sources/source.ts'
import { tailscaleSource } from '#sources/tailscale/tailscale.ts'
import { onSqlite } from '#test/each-database.ts'
import { openForeman, startFakeForeman } from '#test/fakes/foreman.ts'
import { sampleForeman } from '#test/fakes/foreman-world.ts'
import { sampleNetbox, startFakeNetbox } from '#test/fakes/netbox.ts'
import { openOceanstorWith } from '#test/fakes/oceanstor-lab.ts'
import { sampleArray } from '#test/fakes/oceanstor-world.ts'
import { startFakeOceanstor } from '#test/fakes/oceanstor.ts'
import { openOntapWith } from '#test/fakes/ontap-lab.ts'
import { sampleCluster } from '#test/fakes/ontap-world.ts'
import { startFakeOntap } from '#test/fakes/ontap.ts'
import { openProxmox } from '#test/fakes/proxmox-lab.ts'
import { sampleWorld } from '#test/fakes/proxmox-world.ts'
import { startFakeProxmox } from '#test/fakes/proxmox.ts'
import { openPuppetdb, startFakePuppetdb } from '#test/fakes/puppetdb.ts'
import { sampleNodes } from '#test/fakes/puppetdb-world.ts'
import { startFakeTailscale } from '#test/fakes/tailscale.ts'
import { openVcenter } from '#test/fakes/vcenter-lab.ts'
import { inventoryOf, sampleObjects } from '#test/fakes/vcenter-world.ts'
import { startFakeVcenter } from '#test/fakes/vcenter.ts'
import type { Mutation, Passing } from '#test/mutations.ts'
import { startRelay } from '#test/spoiling-relay.ts'
import { testConfig } from '#test/test-config.ts'
import { testContext } from '#test/test-context.ts'

/** A system that answers well, and how to read it through a relay. */
interface Patient {
  system: string
  url: string
  open: (url: string) => Source
}

const clock: Clock = { ...systemClock, sleep: async () => {} }
const tools = { clock, log: silentLog, name: 'lab' }

/** Starts a fake that ends with the test. */
async function started<Fake extends { close(): Promise<void> }>(
  t: TestContext,
  starting: Promise<Fake>,
): Promise<Fake> {
  const fake = await starting
  t.after(() => fake.close())
  return fake
}

const patients: Record<string, (t: TestContext) => Promise<Patient>> = {
  async vcenter(t) {
    const fake = await started(t, startFakeVcenter())
    fake.inventory = inventoryOf(sampleObjects())
    const login = { username: 'rollcall@vsphere.local', password: fake.password }
    return { system: 'vcenter', url: fake.url, open: (url) => openVcenter({ url, ...login }) }
  },
  async foreman(t) {
    const fake = await started(t, startFakeForeman(sampleForeman()))
    const login = { username: fake.username, password: fake.password }
    return { system: 'foreman', url: fake.url, open: (url) => openForeman({ url, ...login }) }
  },
  async puppetdb(t) {
    const fake = await started(t, startFakePuppetdb(sampleNodes()))
    return { system: 'puppet', url: fake.url, open: (url) => openPuppetdb({ url, token: fake.token }) }
  },
  async oceanstor(t) {
    const fake = await started(t, startFakeOceanstor(sampleArray()))
    const login = { username: fake.username, password: fake.password }
    return { system: 'dorado', url: fake.url, open: (url) => openOceanstorWith({ url, ...login }) }
  },
  async ontap(t) {
    const fake = await started(t, startFakeOntap(sampleCluster()))
    const login = { username: fake.username, password: fake.password }
    return { system: 'netapp', url: fake.url, open: (url) => openOntapWith({ url, ...login }) }
  },
  async proxmox(t) {
    const fake = await started(t, startFakeProxmox(sampleWorld()))
    return { system: 'proxmox', url: fake.url, open: (url) => openProxmox({ url, token: fake.token }) }
  },
  async netbox(t) {
    const fake = await started(t, startFakeNetbox(sampleNetbox()))
    const open = (url: string) =>
      netboxSource.open(netboxSource.settings.parse({ url, token: fake.token }), tools)
    return { system: 'netbox', url: fake.url, open }
  },
  async tailscale(t) {
    const device = (id: number) => ({
      nodeId: `n${id}`,
      hostname: `box-${id}`,
      addresses: [`100.64.0.${id}`],
    })
    const fake = await started(t, startFakeTailscale([1, 2, 3, 4, 5].map(device)))
    const open = (url: string) =>
      tailscaleSource.open(tailscaleSource.settings.parse({ url, token: fake.token }), tools)
    return { system: 'tailscale', url: fake.url, open }
  },
}

const answering =
  (status: number, body: string, headers: Record<string, string> = {}) =>
  (answer: Passing): Passing => ({
    status,
    headers: { ...answer.headers, 'content-type': 'text/plain', ...headers },
    body: Buffer.from(body),
  })

interface Fault extends Mutation {
  /** It goes on until the end of the reading. */
  isLasting?: boolean
  /** Tried on every answer, one reading each. */
  isEverywhere?: boolean
}

/** How a listing gets interrupted, short, late, or loses its rights. */
const faults: readonly Fault[] = [
  {
    name: 'cut off',
    apply: (answer) => ({ ...answer, body: answer.body.subarray(0, answer.body.length / 2) }),
  },
  { name: 'empty', apply: (answer) => ({ ...answer, body: Buffer.alloc(0) }) },
  { name: 'an empty list', apply: answering(200, '[]', { 'content-type': 'application/json' }) },
  { name: 'an empty object', apply: answering(200, '{}', { 'content-type': 'application/json' }) },
  {
    name: 'a page to sign in',
    apply: answering(200, '<html>Sign in</html>', { 'content-type': 'text/html' }),
  },
  { name: '500', apply: answering(500, 'Internal Server Error') },
  { name: '403', apply: answering(403, '{"message":"forbidden"}'), isEverywhere: true },
  { name: '401', apply: answering(401, '{"message":"unauthorized"}'), isLasting: true },
  { name: '429 for ever', apply: answering(429, 'slow down', { 'retry-after': '1' }), isLasting: true },
  { name: '503 for ever', apply: answering(503, 'busy'), isLasting: true },
  { name: 'a broken connection', apply: (answer) => ({ ...answer, status: 0 }), isLasting: true },
]

/** Everything that a removal would change, and every record as it is known: the system itself never changes. */
async function held(db: Database): Promise<unknown> {
  const records = await db
    .selectFrom('source_records')
    .select(['source_id', 'missing_run_id', 'normalized'])
    .orderBy('source_id')
    .execute()
  const relations = await db
    .selectFrom('device_relationships')
    .select(['parent_device_id', 'child_device_id', 'relationship_type'])
    .orderBy('id')
    .execute()
  const uses = await db.selectFrom('volume_uses').selectAll().execute()
  const devices = await db
    .selectFrom('devices')
    .select(['name', 'status', 'merged_into'])
    .orderBy('id')
    .execute()
  const volumes = await db.selectFrom('storage_volumes').select(['name', 'status']).orderBy('id').execute()
  const facts = await db.selectFrom('server_facts').select('fact_name').orderBy('id').execute()
  return {
    there: records.filter((row) => row.missing_run_id === null).map((row) => row.source_id),
    devices: devices.filter((row) => row.status !== 'inactive').map((row) => row.name),
    volumes: volumes.filter((row) => row.status === 'active').map((row) => row.name),
    facts: facts.length,
    relations: relations.map((row) => Object.values(row).join(' ')),
    uses: uses.map((row) => `${row.volume_id} ${row.record_id}`).toSorted(),
    records: Object.fromEntries(records.map((row) => [row.source_id, JSON.parse(row.normalized)])),
  }
}

/** What got lost or came to be otherwise: `records/vm-1/serial`. What is new is no harm. */
function harmOf(before: unknown, after: unknown, path: string): string[] {
  if (isDeepStrictEqual(before, after)) return []
  if (Array.isArray(before) && Array.isArray(after))
    return before.some((each) => !after.some((other) => isDeepStrictEqual(each, other))) ? [path] : []
  if (!isGroup(before) || !isGroup(after)) return [path]
  return Object.keys(before).flatMap((key) => harmOf(before[key], after[key], `${path}/${key}`))
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

onSqlite('an inventory', (fresh) => {
  for (const [name, start] of Object.entries(patients)) {
    test(`loses nothing of ${name} to answers that are short, late or refused`, async (t) => {
      const { system, url, open } = await start(t)
      const relay = await startRelay(t, url)
      const context = testContext(await fresh(), { config: testConfig({}) })
      const read = () =>
        runSource(
          context,
          { name: 'lab', system, provesAbsence: true, source: open(relay.url) },
          { startedBy: 'system:test', jobId: null },
          new AbortController().signal,
        )
      const first = await read()
      const requests = relay.passed()
      const before = await held(context.db)
      assert.equal(first.status, 'complete', first.reason ?? '')

      const harms: string[] = []
      for (const { isLasting = false, isEverywhere = false, ...mutation } of faults) {
        const middle = Math.floor(requests / 2)
        const some = isLasting ? [0, middle] : [middle, requests - 1]
        for (const at of new Set(
          isEverywhere ? Array.from({ length: requests }, (_, index) => index) : some,
        )) {
          relay.spoil({ at, isLasting, mutation, random: () => 0 })
          const run = await read()
          const after = await held(context.db)
          // A 500 is how Proxmox VE says that an agent does not run.
          const harm = harmOf(before, after, '').filter((path) => !path.endsWith('/vm/toolsRunning'))
          if (harm.length === 0) continue
          harms.push(`answer ${at} of ${requests}, ${mutation.name} (${run.status}): ${harm.join(', ')}`)
          relay.spoil(undefined)
          await read()
        }
      }
      assert.deepEqual(harms, [])

      relay.spoil(undefined)
      const last = await read()
      assert.deepEqual([last.status, last.added, last.removed], ['complete', 0, 0], last.reason ?? '')
      assert.deepEqual(await held(context.db), before)
    })
  }
})
