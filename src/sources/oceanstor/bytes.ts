/** All ones: how the array says that there is none. */
const none = 18_446_744_073_709_551_615n
const defaultSector = 512n

/** A number that stands for itself; undefined for none, and for what no number here can hold exactly. */
export const exact = (value: bigint | undefined): number | undefined =>
  value === undefined || value === none || value > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(value)

/** Bytes of a capacity, which comes in sectors; their size is told by the same object, or it is 512. */
export const bytesOf = (sectors: bigint | undefined, sectorSize: bigint | undefined): number | undefined =>
  sectors === undefined || sectors === none ? undefined : exact(sectors * (sectorSize || defaultSector))
