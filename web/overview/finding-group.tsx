import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { CheckCheck } from 'lucide-react'
import type { Finding } from '#features/hosts/host-shapes.ts'
import { api } from '../api.ts'
import { counted } from '../format.ts'
import type { OpenFindings } from '../inventory-types.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Listing } from '../ui/listing.tsx'
import { findingIcons, FindingRow, refreshFindings } from './finding-row.tsx'
import { manyFindings } from './finding-words.ts'

/** So many are shown without being asked for. */
const shownAtFirst = 5

/** The open findings of one kind: a few as they are, many as a number that can be opened and settled. */
export function FindingGroup({ open: { kind, count, newestId } }: { open: OpenFindings }) {
  const many = count > shownAtFirst
  const [opened, setOpened] = useState(false)
  const mayReview = useMay('hosts.review')
  const Icon = findingIcons[kind]
  const words = manyFindings(kind, count)
  if (!many) return <FindingList kind={kind} />
  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1 py-1 pr-2 pl-4">
        <Icon
          size={15}
          className={`shrink-0 ${kind.endsWith('conflict') ? 'text-warn' : 'text-muted'}`}
          aria-hidden
        />
        <span className="grow py-1">{words}</span>
        <Button look="quiet" aria-expanded={opened} onClick={() => setOpened(!opened)}>
          {opened ? 'Hide' : 'Show'}
        </Button>
        {mayReview ? <SettleAll kind={kind} count={count} newestId={newestId} words={words} /> : null}
      </div>
      {opened ? <FindingList kind={kind} /> : null}
    </div>
  )
}

function FindingList({ kind }: { kind: Finding['kind'] }) {
  const listing = usePaged<Finding>(
    'findings',
    '/findings',
    { kind, resolved: false },
    { limit: 8, thenLimit: 50 },
  )
  return (
    <Listing
      listing={listing}
      label="Findings, newest first"
      lines={3}
      empty={null}
      row={(finding) => <FindingRow key={finding.id} finding={finding} />}
    />
  )
}

function SettleAll({ kind, count, newestId, words }: OpenFindings & { words: string }) {
  const client = useQueryClient()
  const settle = async () => {
    await api.post('/findings/resolve', { kind, upTo: newestId })
    await refreshFindings(client)
  }
  return (
    <Confirm
      title={`Settle ${counted(count, 'finding')}?`}
      verb="Mark as seen"
      onConfirm={settle}
      trigger={(ask) => (
        <Button look="quiet" icon={CheckCheck} onClick={ask}>
          Mark all as seen
        </Button>
      )}
    >
      {words}. They are no longer told here; the machines stay as they are, and what is found from now on is
      told again.
    </Confirm>
  )
}
