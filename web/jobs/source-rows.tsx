import type { Source } from '../inventory-types.ts'
import { usePaged } from '../paged.ts'
import { CheckField } from '../ui/field.tsx'

interface SourceRowsProps {
  chosen: readonly string[]
  onChosen(names: string[]): void
}

/** Which sources; none chosen means all. */
export function SourceRows({ chosen, onChosen }: SourceRowsProps) {
  const sources = usePaged<Source>('sources', '/sources', {}, { limit: 500 }).items ?? []
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-muted">
        {chosen.length === 0 ? 'All of them, as long as none is chosen.' : `${chosen.length} chosen`}
      </legend>
      <div className="grid gap-x-4 gap-y-1.5 sm:grid-cols-2 lg:grid-cols-3">
        {sources.map(({ name }) => (
          <CheckField
            key={name}
            label={name}
            checked={chosen.includes(name)}
            onValue={(on) => onChosen(on ? [...chosen, name] : chosen.filter((each) => each !== name))}
          />
        ))}
      </div>
    </fieldset>
  )
}
