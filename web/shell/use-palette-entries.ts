import { useNavigate } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import {
  BookOpen,
  Hourglass,
  ListChecks,
  LogOut,
  Monitor,
  MonitorSmartphone,
  Moon,
  Plus,
  Radar,
  RefreshCw,
  Search,
  Sun,
  UserRound,
} from 'lucide-react'
import { api, type Page } from '../api.ts'
import type { Source } from '../inventory-types.ts'
import { sessionQuery } from '../session.ts'
import { syncNow } from '../sources/source-actions.ts'
import { chooseTheme, themes, useTheme } from '../theme.ts'
import { destinations } from './navigation.ts'
import type { PaletteEntry } from './palette-entries.ts'
import type { FollowingDialog } from './palette-state.ts'
import { useSignOut } from './sign-out.ts'

const sourcesQuery = {
  queryKey: ['sources', 'palette'],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.get<Page<Source>>('/sources', { limit: 200 }, signal).then(({ items }) => items),
  staleTime: 30_000,
}

interface Commands {
  commands: PaletteEntry[]
  /** Whether those are all: the sources have been asked for. */
  areKnown: boolean
}

/** Every page, and every action that the person may do. */
export function useCommands(openDialog: (dialog: FollowingDialog) => void): Commands {
  const navigate = useNavigate()
  const permissions = useQuery(sessionQuery).data?.permissions ?? []
  const pages = destinations
    .filter(({ needs }) => !needs || permissions.includes(needs))
    .map(({ to, label, icon, key }): PaletteEntry => ({
      id: to,
      group: 'Go to',
      label,
      icon,
      keys: `g ${key}`,
      run: () => void navigate({ to }),
    }))
  const create: PaletteEntry = {
    id: 'new-device',
    group: 'Do',
    label: 'New device…',
    words: 'add create machine by hand',
    icon: Plus,
    stays: true,
    run: () => openDialog('new-device'),
  }
  const jobs: PaletteEntry[] = [
    {
      id: 'new-job',
      group: 'Do',
      label: 'New job',
      words: 'do tag annotate webhook command export bulk many preview',
      icon: ListChecks,
      run: () => void navigate({ to: '/jobs/new' }),
    },
    {
      id: 'waiting-jobs',
      group: 'Do',
      label: 'Jobs that wait for me',
      words: 'approve approval pending decide',
      icon: Hourglass,
      onlyFound: true,
      run: () => void navigate({ to: '/jobs', search: { state: 'approval' } }),
    },
  ]
  const maySync = permissions.includes('sync.run')
  const sources = useQuery({ ...sourcesQuery, enabled: maySync })
  const commands = [
    ...pages,
    ...(maySync ? readingOf(sources.data ?? [], openDialog) : []),
    ...(permissions.includes('inventory.change') ? [create] : []),
    ...jobs.filter(({ id }) => permissions.includes(id === 'new-job' ? 'jobs.submit' : 'jobs.approve')),
    ...useThemes(),
    ...usePersonal(),
  ]
  return { commands, areKnown: !maySync || !sources.isPending }
}

/** Reading sources, all or one. */
function readingOf(sources: Source[], openDialog: (dialog: FollowingDialog) => void): PaletteEntry[] {
  return [
    {
      id: 'sync',
      group: 'Do',
      label: 'Sync all sources',
      words: 'read refresh now',
      icon: RefreshCw,
      run: () => void syncNow([], 'All sources are being read'),
    },
    {
      id: 'discover',
      group: 'Do',
      label: 'Discover a network…',
      words: 'scan ranges subnet',
      icon: Radar,
      stays: true,
      run: () => openDialog('discover'),
    },
    ...sources
      .filter(({ enabled }) => enabled)
      .map(({ name, title }): PaletteEntry => ({
        id: `sync ${name}`,
        group: 'Do',
        label: `Sync ${name}`,
        words: 'read refresh now source',
        detail: title,
        icon: RefreshCw,
        onlyFound: true,
        run: () => void syncNow([name], `${name} is being read`),
      })),
  ]
}

const themeLabels = { system: 'Theme of the system', light: 'Light theme', dark: 'Dark theme' } as const
const themeIcons = { system: Monitor, light: Sun, dark: Moon } as const

function useThemes(): PaletteEntry[] {
  const current = useTheme()
  return themes
    .filter((theme) => theme !== current)
    .map((theme) => ({
      id: `theme ${theme}`,
      group: 'Do',
      label: themeLabels[theme],
      words: 'theme colour color mode night appearance',
      icon: themeIcons[theme],
      run: () => chooseTheme(theme),
    }))
}

function usePersonal(): PaletteEntry[] {
  const navigate = useNavigate()
  const signOut = useSignOut()
  return [
    {
      id: 'account',
      group: 'Do',
      label: 'My account',
      words: 'password second factor sessions settings profile',
      icon: UserRound,
      run: () => void navigate({ to: '/settings', search: { part: 'me' } }),
    },
    {
      id: 'reference',
      group: 'Do',
      label: 'API reference',
      words: 'openapi docs documentation http',
      icon: BookOpen,
      run: () => void window.open('/api/docs', '_blank', 'noopener'),
    },
    {
      id: 'sign-out',
      group: 'Do',
      label: 'Sign out',
      words: 'log out leave',
      icon: LogOut,
      run: () => void signOut(),
    },
  ]
}

/** The ways to look for a text in the lists. */
export function useSearches(text: string): PaletteEntry[] {
  const navigate = useNavigate()
  const q = text.trim()
  if (q === '') return []
  return [
    {
      id: 'search devices',
      group: 'Search',
      label: `Devices that match ${q}`,
      icon: Search,
      run: () => void navigate({ to: '/devices', search: { q } }),
    },
    {
      id: 'search hosts',
      group: 'Search',
      label: `Hosts that match ${q}`,
      icon: MonitorSmartphone,
      run: () => void navigate({ to: '/hosts', search: { q, status: 'all' } }),
    },
  ]
}
