import type { ReportedDevice, ReportedInterface, ReportedRecord, ReportedVm } from '#model/record.ts'

const largest = Number.MAX_SAFE_INTEGER
/** Columns of counts hold 31 bits. */
const largestCount = 2 ** 31 - 1

/** A whole number that a column can hold; undefined for what is none. */
export const wholeNumber = (value: number | undefined, most = largest): number | undefined =>
  value === undefined || !Number.isFinite(value) || value < 0 || value > most ? undefined : Math.round(value)

const isWhole = (value: number | undefined, most = largest): boolean =>
  value === undefined || (Number.isInteger(value) && value >= 0 && value <= most)

/** A record whose numbers fit into their columns: sources do send such as don't, and one would end the whole run. */
export function withFittingNumbers(record: ReportedRecord): ReportedRecord {
  if (record.kind === 'sighting') return record
  if (record.kind === 'device') return isFitting(record) ? record : fitted(record)
  return isWhole(record.capacityBytes)
    ? record
    : { ...record, capacityBytes: wholeNumber(record.capacityBytes) }
}

const isFitting = ({ interfaces = [], vm }: ReportedDevice): boolean =>
  interfaces.every(({ speedMbps }) => isWhole(speedMbps)) &&
  (vm === undefined ||
    (isWhole(vm.cpuCount, largestCount) &&
      isWhole(vm.memoryMb) &&
      isWhole(vm.totalDiskCapacityBytes) &&
      isWhole(vm.totalSnapshotSizeBytes)))

const fitted = ({ interfaces, vm, ...device }: ReportedDevice): ReportedDevice => ({
  ...device,
  ...(interfaces === undefined ? {} : { interfaces: interfaces.map(fittedInterface) }),
  ...(vm === undefined ? {} : { vm: fittedVm(vm) }),
})

const fittedInterface = (each: ReportedInterface): ReportedInterface => ({
  ...each,
  speedMbps: wholeNumber(each.speedMbps),
})

const fittedVm = (vm: ReportedVm): ReportedVm => ({
  ...vm,
  cpuCount: wholeNumber(vm.cpuCount, largestCount),
  memoryMb: wholeNumber(vm.memoryMb),
  totalDiskCapacityBytes: wholeNumber(vm.totalDiskCapacityBytes),
  totalSnapshotSizeBytes: wholeNumber(vm.totalSnapshotSizeBytes),
})
