import { lazy, Suspense, type ComponentType } from 'react'
import { Link, useSearch } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { Permission } from '#model/actor.ts'
import { sessionQuery } from '../session.ts'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

interface Part {
  name: string
  label: string
  group: string
  needs?: Permission
  view: ComponentType
}

const parts: readonly Part[] = [
  {
    name: 'me',
    label: 'My account',
    group: 'You',
    view: lazy(async () => ({ default: (await import('./me-part.tsx')).MePart })),
  },
  {
    name: 'tokens',
    label: 'Tokens',
    group: 'You',
    view: lazy(async () => ({ default: (await import('./tokens-part.tsx')).TokensPart })),
  },
  {
    name: 'people',
    label: 'People',
    group: 'Access',
    needs: 'access.read',
    view: lazy(async () => ({ default: (await import('./people-part.tsx')).PeoplePart })),
  },
  {
    name: 'audit',
    label: 'Audit trail',
    group: 'Access',
    needs: 'audit.read',
    view: lazy(async () => ({ default: (await import('./audit-part.tsx')).AuditPart })),
  },
  {
    name: 'tags',
    label: 'Tags',
    group: 'Inventory',
    needs: 'inventory.read',
    view: lazy(async () => ({ default: (await import('./tags-part.tsx')).TagsPart })),
  },
  {
    name: 'fields',
    label: 'Custom fields',
    group: 'Inventory',
    needs: 'inventory.read',
    view: lazy(async () => ({ default: (await import('./fields-part.tsx')).FieldsPart })),
  },
  {
    name: 'runtime',
    label: 'Behaviour',
    group: 'Installation',
    needs: 'settings.read',
    view: lazy(async () => ({ default: (await import('./runtime-part.tsx')).RuntimePart })),
  },
  {
    name: 'system',
    label: 'Health and backups',
    group: 'Installation',
    needs: 'system.manage',
    view: lazy(async () => ({ default: (await import('./system-part.tsx')).SystemPart })),
  },
]

/** What belongs to the person, to access and to the installation. */
export function SettingsPage() {
  const { part } = useSearch({ from: '/shell/settings' })
  const permissions = useQuery(sessionQuery).data?.permissions ?? []
  const shown = parts.filter(({ needs }) => !needs || permissions.includes(needs))
  const current = shown.find(({ name }) => name === part) ?? shown[0]!
  const View = current.view
  return (
    <Page title="Settings">
      <div className="flex flex-col gap-4 md:flex-row md:gap-6">
        <Navigation parts={shown} current={current} />
        <div className="flex min-w-0 grow flex-col gap-4">
          <Suspense fallback={<Skeleton />}>
            <View />
          </Suspense>
        </div>
      </div>
    </Page>
  )
}

function Navigation({ parts: shown, current }: { parts: readonly Part[]; current: Part }) {
  const groups = [...new Set(shown.map(({ group }) => group))]
  return (
    <nav
      aria-label="Settings"
      className="flex shrink-0 gap-x-3 gap-y-3 overflow-x-auto md:sticky md:top-3 md:w-40 md:flex-col md:self-start"
    >
      {groups.map((group) => (
        <div key={group} className="flex gap-0.5 md:flex-col">
          <p className="hidden px-2 pb-0.5 text-2xs font-medium text-muted md:block">{group}</p>
          {shown
            .filter((each) => each.group === group)
            .map(({ name, label }) => (
              <Link
                key={name}
                to="/settings"
                search={{ part: name }}
                aria-current={name === current.name ? 'page' : undefined}
                className="flex h-8 items-center rounded-md px-2 whitespace-nowrap text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent"
              >
                {label}
              </Link>
            ))}
        </div>
      ))}
    </nav>
  )
}
