import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { BookOpen, LogOut, Monitor, Moon, Plus, Radar, RefreshCw, Sun, UserRound } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import type { Permission } from '#model/actor.ts'
import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'
import { sessionQuery } from '../session.ts'
import { chooseTheme, type Theme } from '../theme.ts'
import { sayDone, sayFailed } from '../ui/toaster.tsx'
import type { Findable } from './matching.ts'
import { destinations } from './navigation.ts'

/** One thing that can be asked for from the palette. */
export interface Command extends Findable {
  id: string
  icon: LucideIcon
  /** What stands at the right: keys, a state. */
  hint?: string | undefined
  group: 'Go to' | 'Do'
  needs?: Permission | undefined
  run(): void | Promise<void>
}

/** Ends the session and forgets what was read in it. */
export async function signOut(): Promise<void> {
  await api.post('/api/auth/sign-out')
  queryClient.clear()
}

const themes: readonly [Theme, string, LucideIcon][] = [
  ['light', 'Light theme', Sun],
  ['dark', 'Dark theme', Moon],
  ['system', 'Theme of the system', Monitor],
]

/** Everything the person may do from the palette. */
export function useCommands(onDiscover: () => void): Command[] {
  const navigate = useNavigate()
  const session = useQuery(sessionQuery).data
  const commands: Command[] = [
    ...destinations.map(({ to, label, icon, key, needs }): Command => ({
      id: to,
      group: 'Go to',
      label,
      icon,
      hint: `g ${key}`,
      needs,
      run: () => navigate({ to }),
    })),
    {
      id: 'sync',
      group: 'Do',
      label: 'Sync all sources',
      also: 'read run now',
      icon: RefreshCw,
      needs: 'sync.run',
      run: async () => {
        await api.post('/sources/sync', { names: [] })
        sayDone('All sources are being read')
        await queryClient.invalidateQueries({ queryKey: ['runs'] })
      },
    },
    {
      id: 'discover',
      group: 'Do',
      label: 'Discover a network…',
      also: 'scan range',
      icon: Radar,
      needs: 'sync.run',
      run: onDiscover,
    },
    {
      id: 'source',
      group: 'Do',
      label: 'Add a source…',
      also: 'new connect',
      icon: Plus,
      needs: 'sources.change',
      run: () => navigate({ to: '/sources', search: { add: 'choose' } }),
    },
    ...themes.map(([theme, label, icon]): Command => ({
      id: theme,
      group: 'Do',
      label,
      also: 'mode colours',
      icon,
      run: () => chooseTheme(theme),
    })),
    {
      id: 'me',
      group: 'Do',
      label: 'My account',
      also: 'password tokens two factor',
      icon: UserRound,
      run: () => navigate({ to: '/settings', search: { part: 'me' } }),
    },
    {
      id: 'docs',
      group: 'Do',
      label: 'API reference',
      also: 'openapi help documentation',
      icon: BookOpen,
      run: () => void window.open('/api/docs', '_blank', 'noopener'),
    },
    {
      id: 'sign-out',
      group: 'Do',
      label: 'Sign out',
      also: 'log out leave',
      icon: LogOut,
      run: async () => {
        await signOut()
        await navigate({ to: '/sign-in' })
      },
    },
  ]
  return commands.filter(({ needs }) => !needs || session?.permissions.includes(needs))
}

/** Runs a command and tells when it fails. */
export async function runCommand({ run }: Pick<Command, 'run'>): Promise<void> {
  try {
    await run()
  } catch (error) {
    sayFailed(error)
  }
}
