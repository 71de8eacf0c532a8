import { classNames } from './class-names.ts'

interface TabsProps<Name extends string> {
  label: string
  value: Name
  tabs: readonly (readonly [name: Name, label: string, count?: number | undefined])[]
  onValue(name: Name): void
}

/** Ways to look at the same thing, one at a time. */
export function Tabs<Name extends string>({ label, value, tabs, onValue }: TabsProps<Name>) {
  return (
    <nav aria-label={label} className="flex gap-4 border-b">
      {tabs.map(([name, text, count]) => (
        <button
          key={name}
          type="button"
          aria-current={name === value ? 'true' : undefined}
          onClick={() => onValue(name)}
          className={classNames(
            '-mb-px flex h-9 items-center gap-1.5 border-b-2 px-0.5',
            name === value
              ? 'border-accent font-medium text-ink'
              : 'border-transparent text-muted hover:text-ink',
          )}
        >
          {text}
          {count === undefined ? null : <span className="text-xs text-muted">{count}</span>}
        </button>
      ))}
    </nav>
  )
}
