import { useState } from 'react'
import { BellOff, Check, CircleCheck, Keyboard } from 'lucide-react'
import { useNavigate } from '@tanstack/react-router'
import { counted } from '../format.ts'
import { chooseKeys, moveKeys } from '../list/move-keys.ts'
import { targets } from '../list/selection.ts'
import { useKeys } from '../list/use-keys.ts'
import { useSelection } from '../list/use-selection.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { KeysDialog, type KeyGroup } from '../ui/keys-dialog.tsx'
import { Listing } from '../ui/listing.tsx'
import { Panel } from '../ui/page.tsx'
import { AlertRow } from './alert-row.tsx'
import type { AlertItem } from './alert-words.ts'
import { acknowledge } from './change-alerts.ts'
import { SilenceDialog } from './silence-dialog.tsx'

const none: readonly AlertItem[] = []
const keys: readonly KeyGroup[] = [
  [
    'Move',
    [
      ['j  ↓', 'Next alert'],
      ['k  ↑', 'Alert before'],
      ['Enter', 'Open it'],
    ],
  ],
  [
    'Do',
    [
      ['a', 'Look after it'],
      ['s', 'Silence it'],
    ],
  ],
  [
    'Select',
    [
      ['x  Space', 'Select, or no longer'],
      ['Ctrl+A', 'Select all shown'],
      ['Esc', 'Select none'],
    ],
  ],
]

/** What is wrong at present, by its cause. */
export function InboxView() {
  const listing = usePaged<AlertItem>('alerts', '/alerts', { open: true })
  const alerts = listing.items ?? none
  const choice = useSelection(alerts, 'open')
  const mayAct = useMay('alerts.acknowledge')
  const navigate = useNavigate()
  const [silenced, setSilenced] = useState<readonly number[]>()
  const [helps, setHelps] = useState(false)
  const meant = targets(choice.selection)
  const act = (work: (ids: readonly number[]) => unknown) => {
    if (mayAct && meant.length > 0) work(meant)
  }
  useKeys({
    ...moveKeys(choice, alerts.length),
    ...(mayAct ? chooseKeys(choice) : {}),
    a: () => act((ids) => void acknowledge(ids)),
    s: () => act(setSilenced),
    '?': () => setHelps(true),
    Enter: () => {
      const { cursor } = choice.selection
      if (cursor !== null) void navigate({ to: '/alerts/$id', params: { id: String(cursor) } })
    },
  })
  return (
    <Panel>
      <div className="flex min-h-11 flex-wrap items-center gap-2 border-b px-3 py-1.5">
        <output className="text-muted">
          {choice.selection.chosen.size > 0
            ? `${counted(choice.selection.chosen.size, 'alert')} selected`
            : counted(listing.total ?? alerts.length, 'open alert')}
        </output>
        <span className="ml-auto flex gap-2">
          {mayAct ? (
            <>
              <Button
                icon={Check}
                disabled={meant.length === 0}
                onClick={() => act((ids) => void acknowledge(ids))}
              >
                Acknowledge
              </Button>
              <Button icon={BellOff} disabled={meant.length === 0} onClick={() => act(setSilenced)}>
                Silence
              </Button>
            </>
          ) : null}
          <IconButton label="Keys (?)" icon={Keyboard} onClick={() => setHelps(true)} />
        </span>
      </div>
      <Listing
        listing={listing}
        label="Open alerts"
        empty={
          <EmptyState icon={CircleCheck} title="Nothing is wrong">
            What a rule finds wrong stands here until it is over.
          </EmptyState>
        }
        row={(alert) => <AlertRow key={alert.id} alert={alert} choice={mayAct ? choice : undefined} />}
      />
      {silenced ? <SilenceDialog ids={silenced} onClose={() => setSilenced(undefined)} /> : null}
      {helps ? <KeysDialog groups={keys} onClose={() => setHelps(false)} /> : null}
    </Panel>
  )
}
