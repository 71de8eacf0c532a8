import type { DeviceItem } from '#features/inventory/device-shapes.ts'

/** The facts that a person can enter, with their labels. */
export const editableFacts = [
  ['name', 'Name'],
  ['deviceType', 'Type'],
  ['status', 'Status'],
  ['address', 'Address'],
  ['os', 'Operating system'],
  ['vendor', 'Vendor'],
  ['model', 'Model'],
  ['serial', 'Serial number'],
  ['site', 'Site'],
  ['rack', 'Rack'],
  ['owner', 'Owner'],
  ['driver', 'Backup driver'],
] as const
export type EditableFact = (typeof editableFacts)[number][0]

/** What is written in the form, all as text; tags apart. */
export interface DeviceDraft {
  facts: Record<EditableFact, string>
  custom: Record<string, string>
  tags: readonly string[]
}

type Given = Pick<DeviceItem, EditableFact | 'custom' | 'tags'>

export const emptyDraft: DeviceDraft = {
  facts: Object.fromEntries(editableFacts.map(([name]) => [name, ''])) as DeviceDraft['facts'],
  custom: {},
  tags: [],
}

/** The form of a device as it is. */
export function draftOf(device: Given): DeviceDraft {
  return {
    facts: Object.fromEntries(
      editableFacts.map(([name]) => [name, device[name] ?? '']),
    ) as DeviceDraft['facts'],
    custom: Object.fromEntries(
      Object.entries(device.custom)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
    tags: device.tags,
  }
}

/** A custom value as its field wants it; text that does not fit is sent as it is, for the server to refuse. */
function customValue(text: string, type: string | undefined): string | number | boolean | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  if (type === 'number' && Number.isFinite(Number(trimmed))) return Number(trimmed)
  if (type === 'boolean' && (trimmed === 'true' || trimmed === 'false')) return trimmed === 'true'
  return trimmed
}

/**
 * What to send for a form: only what differs from the draft it began with, so that facts nobody touched go on
 * following their sources. What was emptied is null.
 */
export function editOf(
  from: DeviceDraft,
  to: DeviceDraft,
  types: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  const edit: Record<string, unknown> = {}
  for (const [name] of editableFacts) {
    const value = to.facts[name].trim()
    if (value !== from.facts[name].trim()) edit[name] = value === '' ? null : value
  }
  const custom = Object.entries(to.custom)
    .filter(([name, text]) => text.trim() !== (from.custom[name] ?? '').trim())
    .map(([name, text]) => [name, customValue(text, types[name])])
  if (custom.length > 0) edit['custom'] = Object.fromEntries(custom)
  if (from.tags.toSorted().join('\n') !== to.tags.toSorted().join('\n')) edit['tags'] = [...to.tags]
  return edit
}

/** A fact that two people changed to different things. */
export interface EditConflict {
  label: string
  mine: string
  theirs: string
}

/**
 * My form on top of what somebody else saved meanwhile: facts I did not touch follow theirs, facts I touched stay
 * mine. Where both changed the same fact to different things, that is told.
 */
export function rebased(
  base: DeviceDraft,
  mine: DeviceDraft,
  theirs: DeviceDraft,
): { draft: DeviceDraft; conflicts: EditConflict[] } {
  const conflicts: EditConflict[] = []
  const merge = (label: string, was: string, my: string, their: string): string => {
    if (my.trim() === was.trim()) return their
    if (their.trim() !== was.trim() && their.trim() !== my.trim())
      conflicts.push({ label, mine: my, theirs: their })
    return my
  }
  const facts = { ...mine.facts }
  for (const [name, label] of editableFacts)
    facts[name] = merge(label, base.facts[name], mine.facts[name], theirs.facts[name])
  const names = new Set([...Object.keys(mine.custom), ...Object.keys(theirs.custom)])
  const custom = Object.fromEntries(
    [...names].map((name) => [
      name,
      merge(name, base.custom[name] ?? '', mine.custom[name] ?? '', theirs.custom[name] ?? ''),
    ]),
  )
  // Tags are a set: both changes can stand together.
  const added = mine.tags.filter((tag) => !base.tags.includes(tag))
  const removed = base.tags.filter((tag) => !mine.tags.includes(tag))
  const tags = [...new Set([...theirs.tags, ...added])].filter((tag) => !removed.includes(tag))
  return { draft: { facts, custom, tags }, conflicts }
}
