import { permissions, rolePermissions, roles } from '#model/actor.ts'
import type { Permission, Role } from '#model/actor.ts'
import { CheckField, SelectField } from '../ui/field.tsx'
import { TagField } from '../ui/tag-field.tsx'

const meanings: Record<Role, string> = {
  viewer: 'Viewer: sees the inventory',
  operator: 'Operator: also edits, reviews hosts, reads sources',
  admin: 'Admin: may do everything',
}

/** How far the rights of a person or token go. */
export function RoleField({ value, onValue, upTo }: { value: Role; upTo?: Role; onValue(role: Role): void }) {
  const offered = roles.slice(0, upTo === undefined ? roles.length : roles.indexOf(upTo) + 1)
  return (
    <SelectField
      label="Role"
      value={value}
      options={offered.map((role) => ({ value: role, label: meanings[role] }))}
      onChange={(event) => onValue(event.target.value as Role)}
    />
  )
}

interface TagLimitProps {
  /** Null is no limit. */
  value: readonly string[] | null
  onValue(tags: readonly string[] | null): void
}

/** Limits somebody to devices with certain tags. */
export function TagLimitField({ value, onValue }: TagLimitProps) {
  return (
    <div className="flex flex-col gap-2">
      <CheckField
        label="Only devices with certain tags"
        hint="Everything else is as if it were not there."
        checked={value !== null}
        onValue={(limited) => onValue(limited ? [] : null)}
      />
      {value === null ? null : (
        <div className="pl-6">
          <TagField
            label="Tags"
            value={value}
            onValue={onValue}
            hint="Without a tag no device is seen at all."
          />
        </div>
      )}
    </div>
  )
}

const words: Record<string, string> = {
  'inventory.read': 'See the inventory',
  'inventory.change': 'Edit the inventory',
  'configs.reveal': 'See secrets in configurations',
  'hosts.review': 'Review hosts',
  'sources.read': 'See sources and runs',
  'sources.change': 'Add and edit sources',
  'sync.run': 'Read sources, discover, decide',
  'jobs.read': 'See jobs',
  'jobs.submit': 'Make jobs and schedules',
  'jobs.approve': 'Approve jobs',
  'jobs.control': 'Pause, retry and stop jobs',
  'jobs.command': 'Run commands of this machine as jobs',
  'settings.read': 'See settings',
  'settings.change': 'Change settings',
  'system.read': 'See health and backups',
  'system.manage': 'Back up and maintain',
  'access.read': 'See people',
  'access.manage': 'Manage people',
  'audit.read': 'See the audit trail',
}

/** A right in words. */
export const inRightWords = (permission: Permission): string => words[permission] ?? permission

/** Which of a role's rights a token has; null for all of them. */
export function PermissionsField({
  role,
  value,
  onValue,
}: {
  role: Role
  value: readonly Permission[] | null
  onValue(value: readonly Permission[] | null): void
}) {
  const offered = permissions.filter((each) => rolePermissions[role].includes(each))
  return (
    <div className="flex flex-col gap-2">
      <CheckField
        label="Only some of the role’s rights"
        checked={value !== null}
        onValue={(limited) => onValue(limited ? offered.slice(0, 1) : null)}
      />
      {value === null ? null : (
        <fieldset className="grid gap-x-4 gap-y-1.5 pl-6 sm:grid-cols-2">
          <legend className="sr-only">Rights</legend>
          {offered.map((permission) => (
            <CheckField
              key={permission}
              label={inRightWords(permission)}
              checked={value.includes(permission)}
              onValue={(on) =>
                onValue(on ? [...value, permission] : value.filter((each) => each !== permission))
              }
            />
          ))}
        </fieldset>
      )}
    </div>
  )
}
