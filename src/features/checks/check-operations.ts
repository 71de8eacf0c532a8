import { z } from 'zod'
import { checkChanges, deleteCheck, listChecks } from '#features/checks/check-queries.ts'
import { checkKinds, checkSettings } from '#features/checks/check-settings.ts'
import { Check, checkFields, CheckKindShape, Outcome, toCheck } from '#features/checks/check-shapes.ts'
import { checkTrends } from '#features/checks/check-trends.ts'
import { checkStates } from '#features/checks/check-state.ts'
import {
  assertOwn,
  createCheck,
  editCheck,
  pauseCheck,
  runNow,
  tryCheck,
  visibleCheck,
} from '#features/checks/edit-checks.ts'
import type { CheckOutcome } from '#features/checks/outcome.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import type { JsonObject } from '#kernel/json.ts'

const Id = z.number().int().positive()

const tell = ({ events, clock }: Call, id: number) =>
  events.publish({ topic: 'check.changed', at: clock.now(), data: { id } })

const shown = async (call: Call, id: number) => toCheck(await visibleCheck(call, id))

const toAnswer = ({ result, message, latency, values }: CheckOutcome) => ({
  result,
  message,
  latencyMs: latency ?? null,
  values: values ?? {},
})

/** Checks of what runs no agent. */
export const checkOperations: readonly AnyOperation[] = [
  operation({
    name: 'check.list',
    summary: 'List checks without an agent.',
    http: 'GET /checks',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object({
      ...pageInput,
      state: z.enum(checkStates).exactOptional(),
      kind: z.enum(checkKinds).exactOptional(),
      device: z.string().min(1).max(255).exactOptional(),
      parent: Id.exactOptional().describe('Only those below this check of many devices.'),
    }),
    output: pageOf(Check),
    cli: { columns: ['id', 'name', 'kind', 'device.name', 'target', 'state', 'since', 'message'] },
    async run(call, { limit, cursor, device, ...filter }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string(), z.number()]))
      const id = device === undefined ? undefined : await findDeviceId(call, device)
      const rows = await listChecks(
        call.db,
        call.actor,
        { ...filter, device: id },
        { after, limit: limit + 1 },
      )
      return toPage(rows.map(toCheck), limit, (check) => [check.name, check.id])
    },
  }),
  operation({
    name: 'check.show',
    summary: 'Show a check.',
    http: 'GET /checks/:id',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({ id: Id }),
    output: Check,
    cli: { arguments: ['id'] },
    run: (call, { id }) => shown(call, id),
  }),
  operation({
    name: 'checkkind.list',
    summary: 'List the kinds of checks and what each is told.',
    http: 'GET /check-kinds',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({}),
    output: z.object({ items: z.array(CheckKindShape) }),
    cli: { columns: ['kind'] },
    run: async () => ({
      items: checkKinds.map((kind) => {
        const { $schema: _, ...settings } = z.toJSONSchema(checkSettings[kind], { io: 'input' })
        return { kind, settings: settings as JsonObject }
      }),
    }),
  }),
  checkTrends,
  operation({
    name: 'check.history',
    summary: 'List the changes of the state of a check, newest first.',
    http: 'GET /checks/:id/changes',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object({ id: Id, ...pageInput }),
    output: pageOf(
      z.object({ id: z.number().int(), at: z.string(), state: z.enum(checkStates), message: z.string() }),
    ),
    cli: { arguments: ['id'], columns: ['at', 'state', 'message'] },
    async run(call, { id, limit, cursor }) {
      await visibleCheck(call, id)
      const before =
        cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string(), z.number()]))
      const changes = await checkChanges(call.db, id, { before, limit: limit + 1 })
      return toPage(
        changes.map((row) => ({ ...row, state: row.state as Check['state'] })),
        limit,
        (change) => [change.at, change.id],
      )
    },
  }),
  operation({
    name: 'check.create',
    summary: 'Check something that runs no agent.',
    http: 'POST /checks',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({
      name: checkFields.name,
      kind: z.enum(checkKinds),
      device: checkFields.device.default(null),
      target: checkFields.target.default(null),
      q: checkFields.q.default(null),
      settings: checkFields.settings.default({}),
      intervalSeconds: checkFields.intervalSeconds.default(60),
      timeoutMs: checkFields.timeoutMs.default(10_000),
      retries: checkFields.retries.default(2),
      severity: checkFields.severity.default('critical'),
    }),
    output: Check,
    cli: { arguments: ['name', 'kind', 'target'] },
    async run(call, given) {
      const id = await createCheck(call, given)
      tell(call, id)
      return shown(call, id)
    },
  }),
  operation({
    name: 'check.update',
    summary: 'Change a check; settings that are not named stay.',
    http: 'PATCH /checks/:id',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({
      id: Id,
      name: checkFields.name.exactOptional(),
      device: checkFields.device.exactOptional(),
      target: checkFields.target.exactOptional(),
      q: checkFields.q.exactOptional(),
      settings: checkFields.settings.exactOptional(),
      intervalSeconds: checkFields.intervalSeconds.exactOptional(),
      timeoutMs: checkFields.timeoutMs.exactOptional(),
      retries: checkFields.retries.exactOptional(),
      severity: checkFields.severity.exactOptional(),
      expectedVersion: z.number().int().exactOptional(),
    }),
    output: Check,
    cli: { arguments: ['id'] },
    async run(call, { id, expectedVersion, ...edit }) {
      await editCheck(call, id, edit, expectedVersion)
      tell(call, id)
      return shown(call, id)
    },
  }),
  operation({
    name: 'check.delete',
    summary: 'Delete a check and its history.',
    http: 'DELETE /checks/:id',
    effect: 'danger',
    permission: 'monitoring.change',
    input: z.object({ id: Id }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      assertOwn(await visibleCheck(call, id))
      await deleteCheck(call.db, id)
      tell(call, id)
      return undefined
    },
  }),
  ...[true, false].map((isPaused) =>
    operation({
      name: isPaused ? 'check.pause' : 'check.resume',
      summary: isPaused ? 'Stop running a check for now.' : 'Run a check again.',
      http: isPaused ? 'POST /checks/:id/pause' : 'POST /checks/:id/resume',
      effect: 'change',
      permission: 'monitoring.change',
      input: z.object({ id: Id }),
      output: Check,
      cli: { arguments: ['id'] },
      async run(call, { id }) {
        await pauseCheck(call, id, isPaused)
        tell(call, id)
        return shown(call, id)
      },
    }),
  ),
  operation({
    name: 'check.run',
    summary: 'Run a check now and say what it finds; its state is left as it is.',
    http: 'POST /checks/:id/run',
    effect: 'read',
    permission: 'monitoring.change',
    input: z.object({ id: Id }),
    output: Outcome,
    cli: { arguments: ['id'], isFailure: ({ result }: z.infer<typeof Outcome>) => result !== 'up' },
    run: async (call, { id }, signal) => toAnswer(await runNow(call, id, signal)),
  }),
  operation({
    name: 'check.test',
    summary: 'Try a check that is not saved, and say what it finds.',
    http: 'POST /checks/test',
    effect: 'read',
    permission: 'monitoring.change',
    input: z.object({
      kind: z.enum(checkKinds),
      device: checkFields.device.default(null),
      target: checkFields.target.default(null),
      settings: checkFields.settings.default({}),
      timeoutMs: checkFields.timeoutMs.default(10_000),
    }),
    output: Outcome,
    cli: {
      arguments: ['kind', 'target'],
      isFailure: ({ result }: z.infer<typeof Outcome>) => result !== 'up',
    },
    run: async (call, given, signal) => toAnswer(await tryCheck(call, given, signal)),
  }),
]
