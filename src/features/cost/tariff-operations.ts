import { z } from 'zod'
import { isUniqueViolation } from '#database/constraint-errors.ts'
import {
  deleteTariff,
  findTariff,
  insertTariff,
  listTariffs,
  updateTariff,
} from '#features/cost/tariff-queries.ts'
import { Tariff, tariffFields } from '#features/cost/tariff.ts'
import { assertVersion, changedSince } from '#features/inventory/changed-since.ts'
import { operation, type AnyOperation } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'

const Id = z.number().int().positive()
const expectedVersion = z.number().int().exactOptional()

/** Tariffs: what a kilowatt-hour costs, when and for whom. */
export const tariffOperations: readonly AnyOperation[] = [
  operation({
    name: 'tariff.list',
    summary: 'List the tariffs.',
    http: 'GET /tariffs',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({}),
    output: z.object({ items: z.array(Tariff) }),
    cli: { columns: ['id', 'name', 'currency', 'centsPerKwh', 'zone', 'validFrom', 'validTo'] },
    run: async ({ db, actor }) => ({
      // The tags and sites of others would tell somebody limited to some what there is.
      items: actor.tags === undefined ? await listTariffs(db) : [],
    }),
  }),
  operation({
    name: 'tariff.show',
    summary: 'Show one tariff.',
    http: 'GET /tariffs/:id',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({ id: Id }),
    output: Tariff,
    cli: { arguments: ['id'] },
    async run({ db, actor }, { id }) {
      if (actor.tags !== undefined) throw new AppError('NOT_FOUND', `There is no tariff ${id}`)
      return findTariff(db, id)
    },
  }),
  operation({
    name: 'tariff.create',
    summary: 'Add a tariff.',
    http: 'POST /tariffs',
    effect: 'change',
    permission: 'settings.change',
    input: z.object({
      ...tariffFields,
      zone: tariffFields.zone.default('UTC'),
      validFrom: tariffFields.validFrom.default(null),
      validTo: tariffFields.validTo.default(null),
      baseFeeCents: tariffFields.baseFeeCents.default(0),
      bands: tariffFields.bands.default([]),
      overhead: tariffFields.overhead.default(1),
      tags: tariffFields.tags.default([]),
      sites: tariffFields.sites.default([]),
    }),
    output: Tariff,
    cli: { arguments: ['name', 'currency', 'centsPerKwh'] },
    run({ db, clock }, given) {
      assertInOrder(given)
      return sayTaken(given.name, () => insertTariff(db, clock.now(), given))
    },
  }),
  operation({
    name: 'tariff.update',
    summary: 'Change a tariff; what it was used for is worked out anew.',
    http: 'PATCH /tariffs/:id',
    effect: 'change',
    permission: 'settings.change',
    input: z.object({ id: Id, ...z.object(tariffFields).partial().shape, expectedVersion }),
    output: Tariff,
    cli: { arguments: ['id'] },
    async run({ db, clock }, { id, expectedVersion: expected, ...change }) {
      const tariff = await findTariff(db, id)
      const what = `The tariff ${tariff.name}`
      assertVersion(what, tariff.version, expected)
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      const edited = { ...tariff, ...given }
      assertInOrder(edited)
      if (!(await sayTaken(edited.name, () => updateTariff(db, clock.now(), edited))))
        throw changedSince(what)
      return findTariff(db, id)
    },
  }),
  operation({
    name: 'tariff.delete',
    summary: 'Take a tariff away; what it was used for is worked out anew.',
    http: 'DELETE /tariffs/:id',
    effect: 'danger',
    permission: 'settings.change',
    input: z.object({ id: Id, expectedVersion }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run({ db }, { id, expectedVersion: expected }) {
      const tariff = await findTariff(db, id)
      const what = `The tariff ${tariff.name}`
      assertVersion(what, tariff.version, expected)
      if (!(await deleteTariff(db, tariff))) throw changedSince(what)
      return undefined
    },
  }),
]

function assertInOrder({ validFrom, validTo }: { validFrom: string | null; validTo: string | null }): void {
  if (validFrom === null || validTo === null || validFrom <= validTo) return
  throw new AppError('INPUT_INVALID', 'A tariff ends after it begins', {
    complaints: [{ path: 'validTo', value: validTo, expected: `a day from ${validFrom} on` }],
  })
}

async function sayTaken<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError('ALREADY_EXISTS', `There is a tariff called ${name} already`)
    throw error
  }
}
