import type { z } from 'zod'
import type { Finding } from '#features/hosts/host-shapes.ts'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import type { Change } from '#features/inventory/device-shapes.ts'
import type { SourceShape, SourceTypeShape } from '#features/sync/source-shapes.ts'

export type Source = z.infer<typeof SourceShape>
export type SourceType = z.infer<typeof SourceTypeShape>
export type DeviceInterface = DeviceDetail['interfaces'][number]
export type DeviceRelationship = DeviceDetail['relationships'][number]
export type LinkedRecord = DeviceDetail['records'][number]

export interface Tag {
  id: number
  name: string
  color?: string | null
  description?: string | null
  devices?: number
  version: number
}

export interface Note {
  id: number
  body: string
  author: string
  createdAt: string
  updatedAt: string
  version: number
}

export interface CustomField {
  id: number
  name: string
  label: string
  type: 'text' | 'number' | 'boolean' | 'date' | 'choice'
  options: string[] | null
  required: boolean
  description: string | null
  version: number
}

export interface SavedView {
  id: number
  name: string
  subject: 'device' | 'host' | 'server'
  query: string
  columns: string[]
  sort: string | null
  shared: boolean
  owner?: string | null
  version: number
}

export interface Attention {
  kind: string
  message: string
  link: string | null
  at: string
}

/** How many findings of a kind are open. */
export interface OpenFindings {
  kind: Finding['kind']
  count: number
  newestId: number
}

export interface Overview {
  devices: { total: number; byType: Record<string, number>; byStatus: Record<string, number> }
  hosts: Record<'pending' | 'approved' | 'rejected' | 'pushed', number>
  sources: Source[]
  runs: Run[]
  changes: Change[]
  findings: OpenFindings[]
  attention: Attention[]
}
