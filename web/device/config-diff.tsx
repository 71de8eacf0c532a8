import { useQuery } from '@tanstack/react-query'
import type { Configuration, ConfigurationDiff, DiffHunk } from '#features/configs/config-shapes.ts'
import { api, asApiError } from '../api.ts'
import { formatTime } from '../format.ts'
import { Badge } from '../ui/badge.tsx'
import { classNames } from '../ui/class-names.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** What a version changed in the one before it, line by line. */
export function ConfigDiff({ id, config }: { id: string; config: Configuration }) {
  const { version, source, sourceId } = config
  const query = useQuery({
    queryKey: ['device', id, 'configuration-diff', config.id],
    queryFn: ({ signal }) =>
      api.get<ConfigurationDiff>(
        `/devices/${encodeURIComponent(id)}/configuration/diff`,
        { to: version, source, sourceId },
        signal,
      ),
  })
  if (query.isError)
    return asApiError(query.error).status === 404 ? (
      <p className="px-4 py-6 text-muted">It is the first that is kept.</p>
    ) : (
      <ErrorState error={query.error} onRetry={() => void query.refetch()} />
    )
  if (query.data === undefined) return <Skeleton lines={8} />
  const { before, added, removed, hunks, onlyByItself } = query.data
  return (
    <div>
      <p className="flex flex-wrap items-center gap-2 px-4 py-2 text-xs text-muted">
        <span>
          Since version {before.version} of {formatTime(before.retrievedAt)}: {added} lines new, {removed}{' '}
          gone
        </span>
        {onlyByItself ? <Badge>only what changes by itself</Badge> : null}
      </p>
      {hunks.map((hunk) => (
        <Hunk key={`${hunk.beforeLine} ${hunk.afterLine}`} hunk={hunk} />
      ))}
    </div>
  )
}

const looks = { same: 'text-muted', gone: 'bg-bad-soft', new: 'bg-good-soft' } as const
const signs = { same: ' ', gone: '-', new: '+' } as const
const words = { same: 'unchanged', gone: 'gone', new: 'new' } as const

/** Line numbers of the version that a line is in: of the one before for what is gone. */
function numberedLines({ beforeLine, afterLine, lines }: DiffHunk) {
  let [before, after] = [beforeLine, afterLine]
  return lines.map((line) => {
    const number = line.is === 'gone' ? before : after
    if (line.is !== 'new') before += 1
    if (line.is !== 'gone') after += 1
    return { ...line, number }
  })
}

function Hunk({ hunk }: { hunk: DiffHunk }) {
  return (
    <table className="w-full border-t font-mono text-xs" aria-label={`Lines from ${hunk.afterLine}`}>
      <tbody>
        {numberedLines(hunk).map(({ is, text, hidden, number }, index) => (
          <tr key={index} className={looks[is]}>
            <td className="w-12 pr-2 text-right align-top text-muted select-none">{number}</td>
            <td className="w-4 align-top select-none">
              <span aria-hidden>{signs[is]}</span>
              <span className="sr-only">{words[is]}</span>
            </td>
            <td className={classNames('pr-4 break-all whitespace-pre-wrap', is !== 'same' && 'text-ink')}>
              {text}
              {hidden && is !== 'same' ? <span className="ml-2 font-sans text-muted">(a secret)</span> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
