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
import { useShortcuts } from './shortcuts.ts'

const loadPalette = () => import('./palette.tsx')
const Palette = lazy(() => loadPalette().then((module) => ({ default: module.Palette })))

/** The frame around every page: side bar, palette, messages, the live connection. */
export function Shell() {
  const [palette, setPalette] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  // The drawer belongs to the page it was opened on: going elsewhere closes it.
  const [drawerOf, setDrawerOf] = useState<string>()
  const drawer = drawerOf === path
  useEffect(() => followEvents(queryClient), [])
  // What is typed right after its key must not be lost while its file is on the way.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette().catch(() => {}), 500)
    return () => clearTimeout(timer)
  }, [])
  useShortcuts(() => setPalette((open) => !open))
  return (
    <div className="flex h-full flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded focus:bg-surface focus:p-2"
      >
        Skip to content
      </a>
      <div className="flex h-12 shrink-0 items-center gap-2 border-b bg-surface px-2 md:hidden">
        <IconButton
          label={drawer ? 'Close menu' : 'Open menu'}
          icon={drawer ? X : Menu}
          aria-expanded={drawer}
          onClick={() => setDrawerOf(drawer ? undefined : path)}
        />
        <span className="font-semibold">Rollcall</span>
        <IconButton label="Search" icon={Search} className="ml-auto" onClick={() => setPalette(true)} />
      </div>
      <SideBar
        onSearch={() => setPalette(true)}
        className={classNames(drawer ? 'flex' : 'hidden', 'md:flex')}
      />
      <div className="flex min-h-0 min-w-0 grow flex-col">
        <OfflineBanner />
        <main id="content" tabIndex={-1} className="min-h-0 grow overflow-y-auto">
          <Outlet />
        </main>
      </div>
      {palette ? (
        <Suspense fallback={<PaletteToCome />}>
          <Palette onClose={() => setPalette(false)} />
        </Suspense>
      ) : null}
      <Toaster />
      <LiveAnnouncer />
    </div>
  )
}

/** Stands for the palette until its file is here, so that what is typed is no key of the page. */
// oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as the palette itself, which is no dialog element
const PaletteToCome = () => <div role="dialog" aria-label="Search and run" aria-busy />
