import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { asApiError } from './api.ts'
import { queryClient } from './query-client.ts'
import { readSearch, writeSearch } from './search-text.ts'
import { sessionQuery, setupQuery } from './session.ts'
import { FailedPage, MissingPage, WaitingPage } from './shell/page-states.tsx'

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Keeps the texts of the address that a page knows, and drops the rest. */
const search =
  <Name extends string>(...names: Name[]) =>
  (given: Record<string, unknown>): Partial<Record<Name, string>> => {
    const kept: Partial<Record<Name, string>> = {}
    for (const name of names) {
      const value = text(given[name])
      if (value !== undefined) kept[name] = value
    }
    return kept
  }

const root = createRootRoute({ component: Outlet, notFoundComponent: MissingPage })

/** Nobody sees a page of the inventory without being signed in. */
async function needSession({ location }: { location: { href: string } }): Promise<void> {
  try {
    await queryClient.ensureQueryData(sessionQuery)
  } catch (error) {
    if (asApiError(error).status !== 401) throw error
    const { needed } = await queryClient.ensureQueryData(setupQuery)
    if (needed) throw redirect({ to: '/setup' })
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { from: location.href } })
  }
}

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: needSession,
  component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell'),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: search('from', 'error'),
  component: lazyRouteComponent(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
})
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: search('token'),
  component: lazyRouteComponent(() => import('./sign-in/setup-page.tsx'), 'SetupPage'),
})
const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: lazyRouteComponent(() => import('./sign-in/invite-page.tsx'), 'InvitePage'),
})

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
})
const devices = createRoute({
  getParentRoute: () => shell,
  path: '/devices',
  validateSearch: search('q', 'sort', 'view'),
  component: lazyRouteComponent(() => import('./devices/devices-page.tsx'), 'DevicesPage'),
})
const device = createRoute({
  getParentRoute: () => shell,
  path: '/devices/$id',
  validateSearch: search('at', 'tab'),
  component: lazyRouteComponent(() => import('./device/device-page.tsx'), 'DevicePage'),
})
const hosts = createRoute({
  getParentRoute: () => shell,
  path: '/hosts',
  validateSearch: search('q', 'status'),
  component: lazyRouteComponent(() => import('./hosts/hosts-page.tsx'), 'HostsPage'),
})
const review = createRoute({
  getParentRoute: () => shell,
  path: '/review',
  validateSearch: search('q', 'kind', 'tab'),
  component: lazyRouteComponent(() => import('./review/review-page.tsx'), 'ReviewPage'),
})
const topology = createRoute({
  getParentRoute: () => shell,
  path: '/topology',
  validateSearch: search(
    'q',
    'around',
    'depth',
    'types',
    'limit',
    'layout',
    'as',
    'pick',
    'from',
    'to',
    'panel',
  ),
  component: lazyRouteComponent(() => import('./topology/topology-page.tsx'), 'TopologyPage'),
})
const prefixes = createRoute({
  getParentRoute: () => shell,
  path: '/prefixes',
  validateSearch: search('q', 'family', 'conflicts', 'sort'),
  component: lazyRouteComponent(() => import('./prefixes/prefixes-page.tsx'), 'PrefixesPage'),
})
const prefix = createRoute({
  getParentRoute: () => shell,
  // The slash of a prefix is one of the address.
  path: '/prefixes/$address/$length',
  validateSearch: search('vrf'),
  component: lazyRouteComponent(() => import('./prefixes/prefix-page.tsx'), 'PrefixPage'),
})
const volumes = createRoute({
  getParentRoute: () => shell,
  path: '/volumes',
  validateSearch: search('q', 'type', 'array', 'over', 'status', 'sort', 'device'),
  component: lazyRouteComponent(() => import('./volumes/volumes-page.tsx'), 'VolumesPage'),
})
const volume = createRoute({
  getParentRoute: () => shell,
  path: '/volumes/$id',
  component: lazyRouteComponent(() => import('./volumes/volume-page.tsx'), 'VolumePage'),
})
const servers = createRoute({
  getParentRoute: () => shell,
  path: '/servers',
  validateSearch: search('q', 'sort', 'view', 'group', 'add'),
  component: lazyRouteComponent(() => import('./fleet/servers-page.tsx'), 'ServersPage'),
})
const compare = createRoute({
  getParentRoute: () => shell,
  path: '/fleet/compare',
  validateSearch: search('ids', 'metric', 'range', 'from', 'to'),
  component: lazyRouteComponent(() => import('./fleet/compare-page.tsx'), 'ComparePage'),
})
const heat = createRoute({
  getParentRoute: () => shell,
  path: '/fleet/heat',
  validateSearch: search('q', 'metric', 'group', 'range', 'from', 'to'),
  component: lazyRouteComponent(() => import('./fleet/heat-page.tsx'), 'HeatPage'),
})
const server = createRoute({
  getParentRoute: () => shell,
  path: '/servers/$id',
  validateSearch: search('tab', 'range', 'from', 'to'),
  component: lazyRouteComponent(() => import('./servers/server-page.tsx'), 'ServerPage'),
})
const alerts = createRoute({
  getParentRoute: () => shell,
  path: '/alerts',
  validateSearch: search('tab'),
  component: lazyRouteComponent(() => import('./alerts/alerts-page.tsx'), 'AlertsPage'),
})
const alert = createRoute({
  getParentRoute: () => shell,
  path: '/alerts/$id',
  component: lazyRouteComponent(() => import('./alerts/alert-page.tsx'), 'AlertPage'),
})
const checks = createRoute({
  getParentRoute: () => shell,
  path: '/checks',
  component: lazyRouteComponent(() => import('./checks/checks-page.tsx'), 'ChecksPage'),
})
const check = createRoute({
  getParentRoute: () => shell,
  path: '/checks/$id',
  component: lazyRouteComponent(() => import('./checks/check-page.tsx'), 'CheckPage'),
})
const cost = createRoute({
  getParentRoute: () => shell,
  path: '/cost',
  component: lazyRouteComponent(() => import('./cost/cost-page.tsx'), 'CostPage'),
})
const sources = createRoute({
  getParentRoute: () => shell,
  path: '/sources',
  validateSearch: search('add', 'edit'),
  component: lazyRouteComponent(() => import('./sources/sources-page.tsx'), 'SourcesPage'),
})
const schedules = createRoute({
  getParentRoute: () => shell,
  path: '/schedules',
  validateSearch: search('edit'),
  component: lazyRouteComponent(() => import('./schedules/schedules-page.tsx'), 'SchedulesPage'),
})
const runs = createRoute({
  getParentRoute: () => shell,
  path: '/runs',
  validateSearch: search('source', 'status'),
  component: lazyRouteComponent(() => import('./runs/runs-page.tsx'), 'RunsPage'),
})
const run = createRoute({
  getParentRoute: () => shell,
  path: '/runs/$id',
  component: lazyRouteComponent(() => import('./runs/run-page.tsx'), 'RunPage'),
})
const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  validateSearch: search('q', 'state', 'action', 'waits', 'by'),
  component: lazyRouteComponent(() => import('./jobs/jobs-page.tsx'), 'JobsPage'),
})
const newJob = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/new',
  validateSearch: search('action', 'subject', 'q', 'ids', 'words', 'like'),
  component: lazyRouteComponent(() => import('./jobs/new-job-page.tsx'), 'NewJobPage'),
})
const job = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/$id',
  validateSearch: search('tab', 'status', 'code', 'key'),
  component: lazyRouteComponent(() => import('./jobs/job-page.tsx'), 'JobPage'),
})
const changes = createRoute({
  getParentRoute: () => shell,
  path: '/changes',
  validateSearch: search('source', 'by', 'from', 'to', 'mode', 'q'),
  component: lazyRouteComponent(() => import('./changes/changes-page.tsx'), 'ChangesPage'),
})
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  validateSearch: search('part'),
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
})

/** Every address of the page; each page is loaded when it is first visited. */
export const router = createRouter({
  routeTree: root.addChildren([
    shell.addChildren([
      overview,
      devices,
      device,
      hosts,
      review,
      topology,
      prefixes,
      prefix,
      volumes,
      volume,
      servers,
      compare,
      heat,
      server,
      alerts,
      alert,
      checks,
      check,
      cost,
      sources,
      schedules,
      runs,
      run,
      jobs,
      newJob,
      job,
      changes,
      settings,
    ]),
    signIn,
    setup,
    invite,
  ]),
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultPreload: 'intent',
  defaultErrorComponent: FailedPage,
  defaultPendingComponent: WaitingPage,
  defaultPendingMs: 300,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
