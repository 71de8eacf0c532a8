import { lazy, Suspense, useEffect, useState } from 'react'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { Menu, Search, X } from 'lucide-react'
import { followEvents } from '../events.ts'
import { queryClient } from '../query-client.ts'
import { IconButton } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Toaster } from '../ui/toaster.tsx'
import { LiveAnnouncer } from './live-announcer.tsx'
import { OfflineBanner } from './offline-banner.tsx'
import { SideBar } from './side-bar.tsx'
import { PaletteToCome } from './palette-to-come.tsx'
import { useShortcuts } from './shortcuts.ts'
import { usePalette } from './use-palette.ts'

const loadPalette = () => import('./palette.tsx')
const Palette = lazy(() => loadPalette().then((module) => ({ default: module.Palette })))

/** The frame around every page: side bar, palette, messages, the live connection. */
export function Shell() {
  const { palette, act, field } = usePalette()
  const path = useRouterState({ select: (state) => state.location.pathname })
  // The drawer belongs to the page it was opened on: going elsewhere closes it.
  const [drawerOf, setDrawerOf] = useState<string>()
  const drawer = drawerOf === path
  useEffect(() => followEvents(queryClient), [])
  // So that it is there when it is asked for.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette().catch(() => {}), 500)
    return () => clearTimeout(timer)
  }, [])
  useShortcuts()
  return (
    <div className="flex h-full flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded focus:bg-surface focus:p-2"
      >
        Skip to content
      </a>
      <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-surface px-2 md:hidden">
        <IconButton
          label={drawer ? 'Close menu' : 'Open menu'}
          icon={drawer ? X : Menu}
          aria-expanded={drawer}
          onClick={() => setDrawerOf(drawer ? undefined : path)}
        />
        <span className="font-semibold">Rollcall</span>
        <IconButton label="Search" icon={Search} className="ml-auto" onClick={() => act({ do: 'open' })} />
      </header>
      <SideBar
        onSearch={() => act({ do: 'open' })}
        className={classNames(drawer ? 'flex' : 'hidden', 'md:flex')}
      />
      <div className="flex min-h-0 min-w-0 grow flex-col">
        <OfflineBanner />
        <main id="content" tabIndex={-1} className="min-h-0 grow overflow-y-auto">
          <Outlet />
        </main>
      </div>
      {palette.is !== 'closed' ? (
        <Suspense fallback={<PaletteToCome />}>
          <Palette palette={palette} act={act} field={field} />
        </Suspense>
      ) : null}
      <Toaster />
      <LiveAnnouncer />
    </div>
  )
}
