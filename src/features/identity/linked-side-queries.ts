import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'

/** A record with where it belongs, as far as merging and splitting ask. */
export interface LinkedSide {
  id: number
  system: string
  kind: string
  isHeld: boolean
  device: number
}

/** The records that devices have now. */
export async function sidesOfDevices(
  db: Database,
  engine: Engine,
  devices: readonly number[],
): Promise<LinkedSide[]> {
  const rows = await linked(db)
    .where(idsIn(engine, 'device_id', devices))
    .execute()
  return rows.map(toSide)
}

/** These records with the devices that they belong to; those that belong to none are left out. */
export async function sidesOfRecords(
  db: Database,
  engine: Engine,
  records: readonly number[],
): Promise<LinkedSide[]> {
  const rows = await linked(db)
    .where(idsIn(engine, 'record_id', records))
    .execute()
  return rows.map(toSide)
}

const linked = (db: Database) =>
  db
    .selectFrom('device_links')
    .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
    .select(['source_records.id', 'source_system', 'kind', 'missing_run_id', 'device_id'])
    .where('undone_at', 'is', null)
    .orderBy('source_records.id')

type Row = Awaited<ReturnType<ReturnType<typeof linked>['execute']>>[number]

const toSide = (row: Row): LinkedSide => ({
  id: row.id,
  system: row.source_system,
  kind: row.kind,
  isHeld: row.missing_run_id === null,
  device: row.device_id,
})

/** What identity may decide about: what people entered stays where they entered it. */
const isDecidable = ({ system }: LinkedSide): boolean => system !== 'manual'

/** The records that stand for a device: those that name a machine, else those that saw it. */
export function standingFor(sides: readonly LinkedSide[]): number[] {
  const own = sides.filter(isDecidable)
  const named = own.filter(({ kind }) => kind === 'device')
  return (named.length > 0 ? named : own)
    .toSorted((left, right) => Number(right.isHeld) - Number(left.isHeld) || left.id - right.id)
    .map(({ id }) => id)
}

/** So many pairs are written at most of two devices with many records. */
const pairsAtMost = 2_500

/** Every record of the one with every record of the other, as far as identity decides about them. */
export function pairsBetween(
  left: readonly LinkedSide[],
  right: readonly LinkedSide[],
): (readonly [number, number])[] {
  const rights = right.filter(isDecidable)
  return left
    .filter(isDecidable)
    .flatMap((one) => rights.map((other) => [one.id, other.id] as const))
    .slice(0, pairsAtMost)
}
