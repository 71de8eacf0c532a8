import { useSyncExternalStore } from 'react'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const key = 'rollcall-theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

/** What the person chose. */
export function themeChoice(): Theme {
  try {
    const stored = localStorage.getItem(key) as Theme | null
    return stored !== null && themes.includes(stored) ? stored : 'system'
  } catch {
    return 'system'
  }
}

function apply(): void {
  const choice = themeChoice()
  const dark = choice === 'dark' || (choice === 'system' && system.matches)
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
  for (const listener of listeners) listener()
}

export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(key, theme)
  } catch {
    document.documentElement.dataset['theme'] = theme
  }
  apply()
}

system.addEventListener('change', apply)

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The choice, and again when it changes. */
export const useTheme = (): Theme => useSyncExternalStore(subscribe, themeChoice)

/** Whether the page is dark at present, and again when that changes. */
export const useIsDark = (): boolean =>
  useSyncExternalStore(subscribe, () => document.documentElement.dataset['theme'] === 'dark')
