import {
  aggregateRow,
  lifRow,
  lunRow,
  nodeRow,
  portRow,
  qtreeRow,
  quotaRow,
  volumeRow,
} from '#sources/ontap/answers.ts'

const byUuid = ({ uuid }: { uuid: string }): string => uuid

/** What is asked for of each list: no more than is read, because some fields are dear to make. */
export const nodeList = {
  path: '/cluster/nodes',
  name: 'nodes',
  row: nodeRow,
  key: byUuid,
  fields:
    'uuid,name,serial_number,model,location,state,uptime,system_id,version,ha.enabled,ha.partners,controller.board,controller.memory_size,controller.cpu,management_interfaces.name,management_interfaces.ip',
  needed: 'records',
  always: true,
} as const

export const portList = {
  path: '/network/ethernet/ports',
  name: 'Ethernet ports',
  row: portRow,
  key: byUuid,
  fields: 'uuid,name,node,mac_address,mtu,speed,state,enabled,type',
  needed: 'details',
} as const

export const lifList = {
  path: '/network/ip/interfaces',
  name: 'IP interfaces',
  row: lifRow,
  key: byUuid,
  fields: 'uuid,name,ip.address,ip.netmask,state,enabled,scope,svm,services',
  needed: 'details',
} as const

export const aggregateList = {
  path: '/storage/aggregates',
  name: 'aggregates',
  row: aggregateRow,
  key: byUuid,
  fields:
    'uuid,name,state,node,home_node,create_time,space.block_storage.size,space.block_storage.used,space.block_storage.available,block_storage.primary,block_storage.mirror.enabled',
  needed: 'records',
  always: true,
} as const

export const volumeList = {
  path: '/storage/volumes',
  name: 'volumes',
  row: volumeRow,
  key: byUuid,
  fields:
    'uuid,name,svm,size,state,style,type,comment,create_time,is_svm_root,aggregates,guarantee.type,nas.path,clone.is_flexclone,encryption.enabled,snaplock.type,snapmirror.is_protected,tiering.policy,space.size,space.used,space.available,space.afs_total,space.snapshot.used,space.logical_space.used',
  needed: 'records',
  always: true,
} as const

export const lunList = {
  path: '/storage/luns',
  name: 'LUNs',
  row: lunRow,
  key: byUuid,
  fields:
    'uuid,name,svm,location.volume,location.qtree,location.node,os_type,comment,create_time,serial_number,lun_maps.igroup,status.state,status.mapped,space.size,space.used,space.guarantee.requested',
  needed: 'records',
} as const

export const qtreeList = {
  path: '/storage/qtrees',
  name: 'qtrees',
  row: qtreeRow,
  key: ({ volume, id }: { volume: { uuid: string }; id: number }): string => `${volume.uuid}/${id}`,
  fields: 'id,name,volume,svm,path,security_style,export_policy.name',
  needed: 'records',
} as const

export const quotaList = {
  path: '/storage/quota/reports',
  name: 'quota reports',
  row: quotaRow,
  key: ({ volume, qtree }: { volume: { uuid: string }; qtree?: { id: number } | undefined }): string =>
    `${volume.uuid}/${qtree?.id}`,
  fields: 'type,qtree,volume,space.hard_limit,space.soft_limit,space.used.total',
  query: { type: 'tree' },
  needed: 'details',
} as const
