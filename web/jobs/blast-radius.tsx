import type { Preview } from '#features/jobs/job-shapes.ts'
import { deviceTypeName } from '../device-words.ts'
import { capitalised, formatNumber, inWords } from '../format.ts'

type Part = Preview['blastRadius'][number]

const shownAtMost = 6

const nameOf = ({ by, value }: Part): string => (by === 'type' ? deviceTypeName(value) : value)

/** Whom it touches: of each site, rack and type how many of all. */
export function BlastRadius({ parts }: { parts: readonly Part[] }) {
  const groups = [...new Set(parts.map(({ by }) => by))]
  return (
    <section aria-label="Whom it touches" className="border-t px-4 py-2.5">
      <h2 className="mb-2 text-xs font-semibold text-muted">Whom it touches</h2>
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2 xl:grid-cols-4">
        {groups.map((by) => (
          <Group key={by} by={by} parts={parts.filter((part) => part.by === by)} />
        ))}
      </div>
    </section>
  )
}

function Group({ by, parts }: { by: string; parts: readonly Part[] }) {
  const shown = parts.slice(0, shownAtMost)
  const rest = parts.slice(shownAtMost)
  return (
    <div className="min-w-0">
      <h3 className="mb-1 text-xs">{capitalised(inWords(by))}</h3>
      <ul className="flex flex-col gap-1">
        {shown.map((part) => (
          <li
            key={part.value}
            className="grid grid-cols-[5rem_minmax(0,1fr)_auto] items-center gap-2 text-xs"
          >
            <span className="truncate" title={nameOf(part)}>
              {nameOf(part)}
            </span>
            <span className="h-1.5 overflow-hidden rounded-full bg-sunken" aria-hidden>
              <span
                className={`block h-full rounded-full ${part.rows === part.of ? 'bg-warn' : 'bg-accent'}`}
                style={{ width: `${part.of ? Math.min(100, (100 * part.rows) / part.of) : 100}%` }}
              />
            </span>
            <span className="text-right whitespace-nowrap text-muted">
              {formatNumber(part.rows)}
              {part.of === null ? '' : ` of ${formatNumber(part.of)}`}
            </span>
          </li>
        ))}
      </ul>
      {rest.length > 0 ? (
        <p className="mt-1 text-xs text-muted">
          and {formatNumber(rest.reduce((sum, { rows }) => sum + rows, 0))} in {formatNumber(rest.length)}{' '}
          more
        </p>
      ) : null}
    </div>
  )
}
