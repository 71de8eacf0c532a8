import { z } from 'zod'
import { addScrape, assertTarget, editScrape } from '#features/ingest/edit-scrapes.ts'
import { deleteScrape, findScrape, listScrapes } from '#features/ingest/scrape-queries.ts'
import { shownScrape, toPage } from '#features/ingest/scrape-rows.ts'
import { Scrape, scrapeFields } from '#features/ingest/scrape-shapes.ts'
import { PageTrial, tryPage } from '#features/ingest/try-page.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage as cut } from '#features/page.ts'

const Which = z.string().min(1).max(100).describe('Id or name.')
const { name, url, serverId, intervalSeconds, timeoutSeconds, labels, tls, auth } = scrapeFields
const paused = z.boolean().describe('Whether it is left alone.')

const tell = ({ events, clock }: Call, id: number) =>
  events.publish({ topic: 'scrape.changed', at: clock.now(), data: { id } })

/** Pages of metrics that Rollcall reads itself, such as those of node_exporter. */
export const scrapeOperations: readonly AnyOperation[] = [
  operation({
    name: 'scrape.list',
    summary: 'List the pages of metrics that are read, and whether they could be.',
    http: 'GET /scrapes',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(Scrape),
    cli: { columns: ['id', 'name', 'url', 'foundServerId', 'intervalSeconds', 'outcome', 'message'] },
    async run({ db, actor, secrets }, { limit, cursor }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string()]))[0]
      const rows = await listScrapes(db, actor, { after, limit: limit + 1 })
      return cut(
        rows.map((row) => shownScrape(row, secrets)),
        limit,
        (item) => [item.name],
      )
    },
  }),
  operation({
    name: 'scrape.show',
    summary: 'Show one page of metrics that is read.',
    http: 'GET /scrapes/:id',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({ id: Which }),
    output: Scrape,
    cli: { arguments: ['id'] },
    run: async ({ db, actor, secrets }, { id }) => shownScrape(await findScrape(db, actor, id), secrets),
  }),
  operation({
    name: 'scrape.create',
    summary: 'Read a page of metrics from now on, such as that of node_exporter.',
    http: 'POST /scrapes',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({
      name,
      url,
      serverId: serverId.default(null),
      intervalSeconds: intervalSeconds.default(60),
      timeoutSeconds: timeoutSeconds.default(10),
      labels: labels.default({}),
      tls: tls.default(null),
      auth: auth.default(null),
      paused: paused.default(false),
    }),
    output: Scrape,
    cli: { arguments: ['name', 'url'] },
    async run(call, given) {
      const row = await addScrape(call, given)
      tell(call, row.id)
      return shownScrape(row, call.secrets)
    },
  }),
  operation({
    name: 'scrape.update',
    summary: 'Change how a page of metrics is read; what is not named stays.',
    http: 'PATCH /scrapes/:id',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({
      id: Which,
      name: name.exactOptional(),
      url: url.exactOptional(),
      serverId: serverId.exactOptional(),
      intervalSeconds: intervalSeconds.exactOptional(),
      timeoutSeconds: timeoutSeconds.exactOptional(),
      labels: labels.exactOptional(),
      tls: tls.exactOptional(),
      auth: auth.exactOptional(),
      paused: paused.exactOptional(),
      expectedVersion: z.number().int().exactOptional(),
    }),
    output: Scrape,
    cli: { arguments: ['id'] },
    async run(call, { id, expectedVersion, ...change }) {
      const row = await editScrape(call, id, change, expectedVersion)
      tell(call, row.id)
      return shownScrape(row, call.secrets)
    },
  }),
  operation({
    name: 'scrape.delete',
    summary: 'Read a page of metrics no longer; what it told is kept.',
    http: 'DELETE /scrapes/:id',
    effect: 'danger',
    permission: 'monitoring.change',
    input: z.object({ id: Which }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      const row = await findScrape(call.db, call.actor, id)
      await deleteScrape(call.db, row.id)
      tell(call, row.id)
      return undefined
    },
  }),
  operation({
    name: 'scrape.test',
    summary: 'Read a page of metrics once and say what would be kept, without keeping it.',
    http: 'POST /scrapes/test',
    effect: 'change',
    preview: true,
    permission: 'monitoring.change',
    input: z
      .object({
        id: Which.exactOptional().describe('One that is read already; otherwise the address.'),
        url: url.exactOptional(),
        serverId: serverId.default(null),
        timeoutSeconds: timeoutSeconds.default(10),
        labels: labels.default({}),
        tls: tls.default(null),
        auth: auth.default(null),
      })
      .refine((given) => (given.id === undefined) !== (given.url === undefined), {
        path: ['url'],
        message: 'either the address, or the id of one that is read already',
      }),
    output: PageTrial,
    cli: { arguments: ['url'], isFailure: ({ ok }: PageTrial) => !ok },
    async run(call, given, signal) {
      const { db, actor, secrets } = call
      if (given.id !== undefined)
        return tryPage(call, toPage(await findScrape(db, actor, given.id), secrets), signal)
      await assertTarget(call, given.serverId)
      const access = {
        ...(given.tls === null ? {} : { tls: given.tls }),
        ...(given.auth === null ? {} : { auth: given.auth }),
      }
      return tryPage(call, { ...given, url: given.url!, intervalSeconds: 60, access }, signal)
    },
  }),
]
