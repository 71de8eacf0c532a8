import { z } from 'zod'

// Nearly everything comes as text, numbers and flags too; TYPE and PARENTTYPE are numbers, sometimes.

const text = z.union([z.string(), z.number()]).transform(String)
/** Digits in text, as large as 64 bits: exact only as a BigInt. */
const digits = text.pipe(z.string().regex(/^\d{1,20}$/)).transform((value) => BigInt(value))
const flag = z.union([z.string(), z.boolean()]).transform((value) => String(value) === 'true')
/** An absent value, also in the way that an empty text stands for one. */
const absent = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional())

/** Ids are numbers in text, hexadecimal for hardware, with a few signs between their parts. */
const id = z
  .union([z.string(), z.number().int().min(0).max(0xffffffff).transform(String)])
  .pipe(z.string().regex(/^[0-9A-F][0-9A-F@.:]{0,79}$/i))
/** A name that a person gave, of at most 255 signs. */
const name = text.pipe(z.string().min(1).max(1024))
const short = absent(text.pipe(z.string().max(4096)))
const type = absent(text)
const sectorSize = absent(text.pipe(z.string().regex(/^\d{1,7}$/)).transform(BigInt))

/** The envelope of everything; `data` is absent where a list is empty. */
export const envelope = z.looseObject({
  error: z.looseObject({
    code: z
      .union([z.number(), z.string().regex(/^-?\d+$/)])
      .transform(Number)
      .pipe(z.number().int()),
    description: z.unknown().optional(),
  }),
  data: z.unknown().optional(),
})

export const session = z.looseObject({
  iBaseToken: text.pipe(z.string().min(1)),
  deviceid: text.pipe(z.string().regex(/^[0-9A-Za-z]{6,64}$/)),
  accountstate: absent(z.union([z.number(), z.string().regex(/^\d+$/)]).transform(Number)),
})

export const count = z.looseObject({
  COUNT: text.pipe(z.string().regex(/^\d{1,9}$/)).transform(Number),
})

export const systemRow = z.looseObject({
  ID: text.pipe(z.string().regex(/^[0-9A-Za-z]{1,64}$/)),
  NAME: name,
  RUNNINGSTATUS: type,
  HEALTHSTATUS: type,
  SECTORSIZE: sectorSize,
  TOTALCAPACITY: absent(digits),
  USEDCAPACITY: absent(digits),
  userFreeCapacity: absent(digits),
  MEMBERDISKSCAPACITY: absent(digits),
  PRODUCTVERSION: short,
  patchVersion: short,
  PRODUCTMODE: type,
  productModeString: short,
  LOCATION: short,
  wwn: short,
})
export type SystemRow = z.output<typeof systemRow>

export const controllerRow = z.looseObject({
  ID: id,
  NAME: short,
  SOFTVER: short,
  CPUINFO: short,
  MEMORYSIZE: absent(digits),
  LOCATION: short,
  RUNNINGSTATUS: type,
  HEALTHSTATUS: type,
})
export type ControllerRow = z.output<typeof controllerRow>

export const enclosureRow = z.looseObject({
  ID: id,
  NAME: short,
  MODEL: type,
  SERIALNUM: short,
  LOCATION: short,
  LOGICTYPE: type,
  RUNNINGSTATUS: type,
})
export type EnclosureRow = z.output<typeof enclosureRow>

export const poolRow = z.looseObject({
  ID: id,
  NAME: name,
  USERTOTALCAPACITY: absent(digits),
  USERFREECAPACITY: absent(digits),
  USERCONSUMEDCAPACITY: absent(digits),
  USAGETYPE: type,
  RUNNINGSTATUS: type,
  HEALTHSTATUS: type,
  PARENTNAME: short,
  TIER0CAPACITY: absent(text),
  TIER1CAPACITY: absent(text),
  TIER2CAPACITY: absent(text),
  TIER0RAIDLV: type,
  TIER1RAIDLV: type,
  TIER2RAIDLV: type,
})
export type PoolRow = z.output<typeof poolRow>

const volumeFields = {
  ID: id,
  NAME: name,
  CAPACITY: absent(digits),
  ALLOCCAPACITY: absent(digits),
  SECTORSIZE: sectorSize,
  ALLOCTYPE: type,
  PARENTID: absent(id),
  PARENTNAME: short,
  HEALTHSTATUS: type,
  RUNNINGSTATUS: type,
  ENABLECOMPRESSION: absent(flag),
  DESCRIPTION: short,
  OWNINGCONTROLLER: short,
  vstoreId: type,
  vstoreName: short,
}

export const lunRow = z.looseObject({
  ...volumeFields,
  WWN: short,
  ENABLEDEDUP: absent(flag),
  ENABLESMARTDEDUP: absent(flag),
  ISCLONE: absent(flag),
  EXPOSEDTOINITIATOR: absent(flag),
})
export type LunRow = z.output<typeof lunRow>

export const filesystemRow = z.looseObject({
  ...volumeFields,
  ENABLEDEDUP: absent(flag),
  WORMTYPE: type,
})
export type FilesystemRow = z.output<typeof filesystemRow>

export const snapshotRow = z.looseObject({
  ID: id,
  NAME: name,
  WWN: short,
  PARENTID: absent(id),
  PARENTNAME: short,
  USERCAPACITY: absent(digits),
  CONSUMEDCAPACITY: absent(digits),
  SECTORSIZE: sectorSize,
  TIMESTAMP: absent(digits),
  RUNNINGSTATUS: type,
  vstoreName: short,
})
export type SnapshotRow = z.output<typeof snapshotRow>

export const qtreeRow = z.looseObject({
  ID: id,
  NAME: name,
  PARENTID: absent(id),
  securityStyle: type,
  quotaSwitch: absent(flag),
  QUOTASWITCH: absent(flag),
})
export type QtreeRow = z.output<typeof qtreeRow>

/** Spaces of quotas are bytes; no quota is the largest number of 64 bits. */
export const quotaRow = z.looseObject({
  QUOTATYPE: type,
  SPACEHARDQUOTA: absent(digits),
  SPACESOFTQUOTA: absent(digits),
  SPACEUSED: absent(digits),
})
export type QuotaRow = z.output<typeof quotaRow>

export const hostRow = z.looseObject({ ID: id, NAME: name, IP: short, OPERATIONSYSTEM: type, vstoreId: type })
export type HostRow = z.output<typeof hostRow>

export const initiatorRow = z.looseObject({ ID: text, PARENTID: absent(id), ISFREE: absent(flag) })

export const identified = z.looseObject({ ID: id })
export const vstoreRow = z.looseObject({ ID: id, NAME: short })

/** A pair of a mirror: HyperMetro says OBJ and HCRESOURCETYPE, replication says RES. */
export const pairRow = z.looseObject({
  LOCALOBJID: absent(id),
  LOCALRESID: absent(id),
  HCRESOURCETYPE: type,
  LOCALRESTYPE: type,
  ISPRIMARY: absent(flag),
})

export const portRow = z.looseObject({
  ID: text,
  NAME: short,
  LOCATION: short,
  MACADDRESS: short,
  IPV4ADDR: short,
  IPV4MASK: short,
  IPV6ADDR: short,
  IPV6MASK: short,
  SPEED: type,
  MTU: type,
  RUNNINGSTATUS: type,
  LOGICTYPE: type,
})
export type PortRow = z.output<typeof portRow>

export const logicalPortRow = z.looseObject({
  IPV4ADDR: short,
  IPV6ADDR: short,
  vstoreId: type,
})
export const shareRow = z.looseObject({ SHAREPATH: short, FSID: short, vstoreId: type })
