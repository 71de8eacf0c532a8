import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Eye } from 'lucide-react'
import type { Configuration, ConfigurationText } from '#features/configs/config-shapes.ts'
import { api } from '../api.ts'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useAction } from '../use-action.ts'

/** A version's whole text without its secrets; these are fetched on demand, which is noted in the trail, and not kept. */
export function ConfigText({ id, config }: { id: string; config: Configuration }) {
  const { version, source, sourceId } = config
  const path = `/devices/${encodeURIComponent(id)}/configuration`
  const mayReveal = useMay('configs.reveal')
  const [revealed, setRevealed] = useState<string>()
  const reveal = useAction(async () => {
    const { text } = await api.post<ConfigurationText>(`${path}/reveal`, { version, source, sourceId })
    setRevealed(text)
  })
  const query = useQuery({
    queryKey: ['device', id, 'configuration', config.id],
    queryFn: ({ signal }) => api.get<ConfigurationText>(path, { version, source, sourceId }, signal),
  })
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (query.data === undefined) return <Skeleton lines={12} />
  const { text, hiddenLines } = query.data
  return (
    <div>
      {hiddenLines === 0 ? null : (
        <div className="flex flex-wrap items-center gap-3 px-4 py-2 text-xs text-muted">
          <span>
            {revealed === undefined ? `Secrets in ${hiddenLines} lines are hidden.` : 'Secrets are shown.'}
          </span>
          {mayReveal && revealed === undefined ? (
            <Button icon={Eye} busy={reveal.busy} onClick={() => void reveal.run()}>
              Show them
            </Button>
          ) : null}
          {revealed === undefined ? null : <Button onClick={() => setRevealed(undefined)}>Hide them</Button>}
        </div>
      )}
      {reveal.error === undefined ? null : <ErrorState error={reveal.error} />}
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard has to reach it
        tabIndex={0}
        aria-label={`Version ${version}`}
        className="max-h-[70vh] overflow-auto border-t px-4 py-3 font-mono text-xs break-all whitespace-pre-wrap"
      >
        {revealed ?? text}
      </pre>
    </div>
  )
}
