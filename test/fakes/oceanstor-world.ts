import type { FakeArray } from '#test/fakes/oceanstor.ts'

const deviceId = '2102353TJWFSN7000012'
const counted = [
  '/lun', '/filesystem', '/storagepool', '/quotatree', '/vstore', '/snapshot', '/host', '/controller', '/lun/associate',
] // prettier-ignore

const lun = (id: number, changes: object = {}) => ({
  ID: String(id),
  NAME: `lun-${id}`,
  TYPE: 11,
  WWN: `6a08cf810075766e1efc050700${String(id).padStart(6, '0')}`,
  CAPACITY: '2147483648',
  ALLOCCAPACITY: '1073741824',
  SECTORSIZE: '512',
  ALLOCTYPE: '1',
  PARENTID: '0',
  PARENTNAME: 'pool-block',
  HEALTHSTATUS: '1',
  RUNNINGSTATUS: '27',
  ENABLECOMPRESSION: 'true',
  ENABLESMARTDEDUP: 'true',
  EXPOSEDTOINITIATOR: 'true',
  OWNINGCONTROLLER: '0A',
  DESCRIPTION: '',
  ISCLONE: 'false',
  ...changes,
})

/** A Dorado with two pools, some LUNs and file systems, a vStore, a mirror and two hosts. */
export const sampleArray = (luns = 3): FakeArray => ({
  deviceId,
  system: {
    ID: deviceId,
    NAME: 'dorado-1',
    RUNNINGSTATUS: '1',
    HEALTHSTATUS: '1',
    SECTORSIZE: '512',
    TOTALCAPACITY: '42949672960',
    USEDCAPACITY: '21474836480',
    userFreeCapacity: '21474836480',
    MEMBERDISKSCAPACITY: '53687091200',
    PRODUCTMODE: '811',
    productModeString: 'Dorado 5000 V6',
    PRODUCTVERSION: 'V600R005C27',
    patchVersion: 'SPH011',
    LOCATION: 'Hall 2, rack 7',
    wwn: '2100a08cf8105766',
  },
  lists: {
    '/controller': [
      { ID: '0A', NAME: 'A', SOFTVER: '6.1.5', CPUINFO: 'Kunpeng 920', MEMORYSIZE: '262144', LOCATION: 'CTE0.A', RUNNINGSTATUS: '27', HEALTHSTATUS: '1' },
      { ID: '0B', NAME: 'B', SOFTVER: '6.1.5', CPUINFO: 'Kunpeng 920', MEMORYSIZE: '262144', LOCATION: 'CTE0.B', RUNNINGSTATUS: '28', HEALTHSTATUS: '2' },
    ], // prettier-ignore
    '/enclosure': [
      { ID: '0', NAME: 'CTE0', MODEL: '97', LOGICTYPE: '1', SERIALNUM: '2102353TJW10N7000003', LOCATION: 'Hall 2', RUNNINGSTATUS: '27' },
    ], // prettier-ignore
    '/eth_port': [
      { ID: '16909568', TYPE: 213, NAME: 'MGMT', LOCATION: 'CTE0.SMM0.MGMT', MACADDRESS: 'a0:8c:f8:10:57:66', IPV4ADDR: '192.0.2.40', IPV4MASK: '255.255.255.0', IPV6ADDR: '', IPV6MASK: '0', SPEED: '1000', RUNNINGSTATUS: '10', LOGICTYPE: '2' },
      { ID: '16909569', TYPE: 213, NAME: 'P0', LOCATION: 'CTE0.A.IOM1.P0', MACADDRESS: 'a0:8c:f8:10:57:70', IPV4ADDR: '', IPV4MASK: '', SPEED: '-1', RUNNINGSTATUS: '11', LOGICTYPE: '0' },
    ], // prettier-ignore
    '/storagepool': [
      { ID: '0', NAME: 'pool-block', USERTOTALCAPACITY: '21474836480', USERFREECAPACITY: '10737418240', USERCONSUMEDCAPACITY: '10737418240', USAGETYPE: '1', RUNNINGSTATUS: '27', HEALTHSTATUS: '1', PARENTNAME: 'domain-1', TIER0CAPACITY: '21474836480', TIER0RAIDLV: '11', TIER1CAPACITY: '0', TIER1RAIDLV: '0', TIER2CAPACITY: '0', TIER2RAIDLV: '0' },
      { ID: '1', NAME: 'pool-file', USERTOTALCAPACITY: '21474836480', USERFREECAPACITY: '16106127360', USERCONSUMEDCAPACITY: '5368709120', USAGETYPE: '2', RUNNINGSTATUS: '27', HEALTHSTATUS: '1', PARENTNAME: 'domain-1', TIER0CAPACITY: '21474836480', TIER0RAIDLV: '5' },
    ], // prettier-ignore
    '/lun': [
      ...Array.from({ length: luns }, (_, index) => lun(index + 11)),
      lun(900, { vstoreId: '4', vstoreName: 'tenant-a', NAME: 'tenant-lun' }),
    ],
    '/filesystem': [
      { ID: '11', NAME: 'home', TYPE: 40, CAPACITY: '134217728', ALLOCCAPACITY: '67108864', SECTORSIZE: '8192', AVAILABLECAPCITY: '67108864', ALLOCTYPE: '1', PARENTID: '1', PARENTNAME: 'pool-file', PARENTTYPE: 216, HEALTHSTATUS: '1', RUNNINGSTATUS: '27', ENABLECOMPRESSION: 'false', ENABLEDEDUP: 'false', WORMTYPE: '0' },
    ], // prettier-ignore
    '/quotatree': [
      {
        ID: '11@4097',
        NAME: 'projects',
        PARENTTYPE: 40,
        PARENTID: '11',
        securityStyle: '3',
        quotaSwitch: 'true',
      },
      {
        ID: '11@4098',
        NAME: 'scratch',
        PARENTTYPE: 40,
        PARENTID: '11',
        securityStyle: '0',
        quotaSwitch: 'false',
      },
    ],
    '/FS_QUOTA': [
      { ID: '1', QUOTATYPE: '2', PARENTID: '11@4097', SPACEHARDQUOTA: '1000', SPACEUSED: '1' },
      { ID: '2', QUOTATYPE: '1', PARENTID: '11@4097', SPACEHARDQUOTA: '107374182400', SPACESOFTQUOTA: '18446744073709551615', SPACEUSED: '21474836480' },
    ], // prettier-ignore
    '/vstore': [{ ID: '4', NAME: 'tenant-a' }],
    '/snapshot': [
      { ID: '500', NAME: 'nightly', WWN: '6a08cf810075766e1efc050700000500', PARENTID: '11', PARENTNAME: 'lun-11', USERCAPACITY: '2147483648', CONSUMEDCAPACITY: '2048', TIMESTAMP: '1764115200', RUNNINGSTATUS: '43' },
    ], // prettier-ignore
    '/host': [
      { ID: '0', NAME: 'esx01', IP: '192.0.2.11', OPERATIONSYSTEM: '7', TYPE: 21 },
      { ID: '1', NAME: 'DB-Server', IP: '', OPERATIONSYSTEM: '0', TYPE: 21 },
      { ID: '2', NAME: 'unused', IP: '', OPERATIONSYSTEM: '0', TYPE: 21 },
    ],
    '/fc_initiator': [
      { ID: '10000090fa0d6754', PARENTID: '0', PARENTTYPE: 21, ISFREE: 'false', TYPE: 223 },
      { ID: '10000090fa0d6755', ISFREE: 'true', TYPE: 223 },
    ],
    '/iscsi_initiator': [
      {
        ID: 'iqn.1993-08.org.debian:01:9073aba6c6f',
        PARENTID: '1',
        PARENTTYPE: 21,
        ISFREE: 'false',
        TYPE: 222,
      },
      { ID: 'iqn.1998-01.com.vmware:esx01', PARENTID: '0', PARENTTYPE: 21, ISFREE: 'false', TYPE: 222 },
    ],
    '/HyperMetroPair': [
      { ID: '3400a30d844d0007', LOCALOBJID: '12', HCRESOURCETYPE: '1', ISPRIMARY: 'false' },
      { ID: '3400a30d844d0008', LOCALOBJID: '11', HCRESOURCETYPE: '1', ISPRIMARY: 'true' },
    ],
    '/NFSHARE': [{ ID: '1', SHAREPATH: '/home/', FSID: '11' }],
    '/lif': [
      { ID: '1', NAME: 'nas-a', IPV4ADDR: '192.0.2.45', IPV6ADDR: '' },
      { ID: '2', NAME: 'tenant', IPV4ADDR: '198.51.100.9', vstoreId: '4' },
    ],
  },
  luns: { 0: ['11', '12'], 1: ['11'] },
  counted: new Set(counted),
})
