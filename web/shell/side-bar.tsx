import { Fragment } from 'react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { BookOpen, ChevronsUpDown, LogOut, Monitor, Moon, Search, Sun, UserRound } from 'lucide-react'
import { sessionQuery } from '../session.ts'
import { chooseTheme, themes, useTheme, type Theme } from '../theme.ts'
import { classNames } from '../ui/class-names.ts'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { OpenAlerts } from '../alerts/open-alerts.tsx'
import { destinations } from './navigation.ts'
import { useSignOut } from './sign-out.ts'

const themeIcons = { system: Monitor, light: Sun, dark: Moon } satisfies Record<Theme, unknown>

/** The way to every page, the search, the theme and the person. */
export function SideBar({ onSearch, className }: { onSearch(): void; className?: string }) {
  const session = useQuery(sessionQuery).data
  const shown = destinations.filter(({ needs }) => !needs || session?.permissions.includes(needs))
  return (
    <aside
      aria-label="Side bar"
      className={classNames(
        'w-full shrink-0 flex-col gap-3 border-b bg-surface p-2 md:h-full md:w-52 md:border-r md:border-b-0',
        className,
      )}
    >
      <Link to="/" className="hidden items-center gap-2 px-2 pt-1.5 font-semibold md:flex">
        <img src="/icon.svg" alt="" className="size-5" /> Rollcall
      </Link>
      <button
        type="button"
        onClick={onSearch}
        className="hidden h-8 items-center gap-2 rounded-md border px-2 text-muted hover:border-line-strong md:flex"
      >
        <Search size={14} aria-hidden /> Search
        <kbd className="ml-auto rounded bg-sunken px-1 font-sans text-2xs">
          {/Mac/.test(navigator.platform) ? '⌘K' : 'Ctrl K'}
        </kbd>
      </button>
      <nav aria-label="Pages" className="flex flex-col gap-0.5">
        {shown.map(({ to, label, icon: Icon, group }, index) => (
          <Fragment key={to}>
            {group !== undefined && group !== shown[index - 1]?.group ? (
              <p className="mt-2 px-2 pb-0.5 text-2xs font-medium text-muted">{group}</p>
            ) : null}
            <Link
              to={to}
              activeOptions={{ exact: to === '/' }}
              className="flex h-8 items-center gap-2.5 rounded-md px-2 text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent"
            >
              <Icon size={16} aria-hidden /> {label}
              {to === '/alerts' ? <OpenAlerts /> : null}
            </Link>
          </Fragment>
        ))}
      </nav>
      <div className="mt-auto flex flex-col gap-1">
        <ThemeSwitch />
        <PersonMenu name={session?.user?.name ?? session?.name ?? ''} role={session?.role ?? ''} />
      </div>
    </aside>
  )
}

function ThemeSwitch() {
  const theme = useTheme()
  return (
    <div role="radiogroup" aria-label="Theme" className="flex rounded-md bg-sunken p-0.5">
      {themes.map((each) => {
        const Icon = themeIcons[each]
        return (
          <label
            key={each}
            title={`Theme: ${each}`}
            className="grid h-6 grow cursor-pointer place-items-center rounded text-muted has-checked:bg-surface has-checked:text-ink has-checked:shadow-sm has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="theme"
              className="sr-only"
              aria-label={each}
              checked={theme === each}
              onChange={() => chooseTheme(each)}
            />
            <Icon size={14} aria-hidden />
          </label>
        )
      })}
    </div>
  )
}

function PersonMenu({ name, role }: { name: string; role: string }) {
  const navigate = useNavigate()
  const signOut = useSignOut()
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-10 w-full items-center gap-2 rounded-md px-2 text-left hover:bg-sunken"
        >
          <span
            className="grid size-6 shrink-0 place-items-center rounded-full bg-accent-soft text-2xs font-semibold text-accent"
            aria-hidden
          >
            {name.slice(0, 1).toUpperCase()}
          </span>
          <span className="min-w-0 grow leading-tight">
            <span className="block truncate">{name}</span>
            <span className="block text-2xs text-muted">{role}</span>
          </span>
          <ChevronsUpDown size={14} className="text-muted" aria-hidden />
        </button>
      }
    >
      <MenuItem onSelect={() => void navigate({ to: '/settings', search: { part: 'me' } })}>
        <UserRound size={14} aria-hidden /> My account
      </MenuItem>
      <MenuItem onSelect={() => window.open('/api/docs', '_blank', 'noopener')}>
        <BookOpen size={14} aria-hidden /> API reference
      </MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={() => void signOut()}>
        <LogOut size={14} aria-hidden /> Sign out
      </MenuItem>
    </Menu>
  )
}
