import { useState } from 'react'
import { Pencil, Plus, Radio, RotateCw, Send, Trash2 } from 'lucide-react'
import type { z } from 'zod'
import type { ChannelBrief, ChannelShape, NoticeShape } from '#features/notices/channel-shapes.ts'
import { api } from '../api.ts'
import { usePaged } from '../paged.ts'
import { queryClient } from '../query-client.ts'
import { useMay } from '../session.ts'
import { PagedList } from '../settings/paged-list.tsx'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { sayDone, sayFailed } from '../ui/toaster.tsx'
import { ChannelDialog } from './channel-dialog.tsx'

type Brief = z.output<typeof ChannelBrief>
export type Channel = z.output<typeof ChannelShape>

const again = async () => {
  for (const name of ['channels', 'notices']) await queryClient.invalidateQueries({ queryKey: [name] })
}

async function test(id: number): Promise<void> {
  try {
    const { sent, says } = await api.post<{ sent: boolean; says: string }>(`/channels/${id}/test`)
    if (sent) sayDone('The test was sent', says)
    else sayFailed(new Error(`The test was not sent: ${says}`))
  } catch (error) {
    sayFailed(error)
  }
  await again()
}

/** Over what people are told, and what they were told. */
export function ChannelsView() {
  const channels = usePaged<Brief>('channels', '/channels', {}, { limit: 200 })
  const mayManage = useMay('notices.manage')
  const [edited, setEdited] = useState<Channel | 'new'>()
  const [doomed, setDoomed] = useState<Brief>()
  const edit = (id: number) => void api.get<Channel>(`/channels/${id}`).then(setEdited, sayFailed)
  const columns: Column<Brief>[] = [
    { header: 'Channel', cell: ({ name }) => <span className="font-medium">{name}</span> },
    { header: 'Kind', cell: ({ title }) => title },
    { header: 'State', cell: (channel) => <ChannelState channel={channel} /> },
    { header: 'Told last', cell: ({ lastSentAt }) => <TimeAgo at={lastSentAt} /> },
    ...(mayManage
      ? [
          {
            header: 'Actions',
            className: 'w-px text-right',
            cell: ({ id, name, ...rest }: Brief) => (
              <span className="flex">
                <Button look="quiet" icon={Send} onClick={() => void test(id)}>
                  Test
                </Button>
                <IconButton label={`Edit ${name}`} icon={Pencil} onClick={() => edit(id)} />
                <IconButton
                  label={`Delete ${name}`}
                  icon={Trash2}
                  onClick={() => setDoomed({ id, name, ...rest })}
                />
              </span>
            ),
          },
        ]
      : []),
  ]
  return (
    <>
      <Panel
        title="Channels"
        actions={
          mayManage ? (
            <Button icon={Plus} onClick={() => setEdited('new')}>
              New channel
            </Button>
          ) : null
        }
      >
        <PagedList
          listing={channels}
          empty={
            <EmptyState icon={Radio} title="Nobody is told yet">
              A channel tells people of alerts: by mail, a chat, a webhook and others.
            </EmptyState>
          }
        >
          {(items) => <Table label="Channels" columns={columns} rows={items} rowKey={({ id }) => id} />}
        </PagedList>
      </Panel>
      {mayManage ? <Notices /> : null}
      {edited ? (
        <ChannelDialog
          channel={edited === 'new' ? undefined : edited}
          onKept={again}
          onClose={() => setEdited(undefined)}
        />
      ) : null}
      {doomed ? (
        <ConfirmDialog
          title={`Delete the channel ${doomed.name}?`}
          verb="Delete channel"
          onClose={() => setDoomed(undefined)}
          onConfirm={async () => {
            await api.delete(`/channels/${doomed.id}`)
            await again()
          }}
        >
          Nobody is told over it any more. What it told stays known.
        </ConfirmDialog>
      ) : null}
    </>
  )
}

function ChannelState({ channel: { enabled, waiting, givenUp } }: { channel: Brief }) {
  return (
    <span className="flex flex-wrap gap-1">
      <Badge tone={enabled ? 'good' : 'neutral'}>{enabled ? 'on' : 'off'}</Badge>
      {waiting > 0 ? <Badge tone="warn">{waiting} waiting</Badge> : null}
      {givenUp > 0 ? <Badge tone="bad">{givenUp} given up</Badge> : null}
    </span>
  )
}

const tones: Readonly<Record<NoticeShape['state'], Tone>> = {
  queued: 'neutral',
  sending: 'accent',
  sent: 'good',
  failed: 'warn',
  given_up: 'bad',
}

function Notices() {
  const notices = usePaged<NoticeShape>('notices', '/notices', {}, { limit: 50 })
  const retry = async (id: number) => {
    await api.post(`/notices/${id}/retry`).catch(sayFailed)
    await again()
  }
  const columns: Column<NoticeShape>[] = [
    {
      header: 'State',
      cell: ({ state }) => <Badge tone={tones[state]}>{state.replace('_', ' ')}</Badge>,
    },
    {
      header: 'What',
      cell: ({ title, error }) => (
        <>
          {title}
          {error === null ? null : <span className="block text-xs text-bad">{error}</span>}
        </>
      ),
    },
    { header: 'Channel', cell: ({ channel }) => channel },
    { header: 'When', cell: ({ sentAt, createdAt }) => <TimeAgo at={sentAt ?? createdAt} /> },
    {
      header: 'Again',
      className: 'w-px',
      cell: ({ id, state, title }) =>
        state === 'failed' || state === 'given_up' ? (
          <IconButton label={`Tell again: ${title}`} icon={RotateCw} onClick={() => void retry(id)} />
        ) : null,
    },
  ]
  return (
    <Panel title="What was told">
      <PagedList listing={notices} empty={<p className="px-4 py-4 text-muted">Nothing was told yet.</p>}>
        {(items) => <Table label="Notices" columns={columns} rows={items} rowKey={({ id }) => id} />}
      </PagedList>
    </Panel>
  )
}
