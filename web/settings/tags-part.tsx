import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { Pencil, Plus, Tags, Trash2 } from 'lucide-react'
import { api } from '../api.ts'
import { counted } from '../format.ts'
import type { Tag } from '../inventory-types.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { PagedList } from './paged-list.tsx'
import { refresh } from './refresh.ts'
import { TagDialog } from './tag-dialog.tsx'

/** The words that people put on devices. */
export function TagsPart() {
  const tags = usePaged<Tag>('tags', '/tags', {}, { limit: 200 })
  const mayChange = useMay('inventory.change')
  const [edited, setEdited] = useState<Tag | 'new'>()
  const [doomed, setDoomed] = useState<Tag>()
  const columns: Column<Tag>[] = [
    { header: 'Tag', cell: (tag) => <TagName tag={tag} /> },
    { header: 'Description', cell: ({ description }) => description ?? '', className: 'text-muted' },
    { header: 'Devices', cell: (tag) => <DeviceCount tag={tag} />, className: 'text-right' },
    ...(mayChange
      ? [
          {
            header: 'Actions',
            className: 'w-px text-right',
            cell: (tag: Tag) => (
              <span className="flex">
                <IconButton label={`Edit ${tag.name}`} icon={Pencil} onClick={() => setEdited(tag)} />
                <IconButton label={`Delete ${tag.name}`} icon={Trash2} onClick={() => setDoomed(tag)} />
              </span>
            ),
          },
        ]
      : []),
  ]
  return (
    <Panel
      title="Tags"
      actions={
        mayChange ? (
          <Button icon={Plus} onClick={() => setEdited('new')}>
            New tag
          </Button>
        ) : null
      }
    >
      <PagedList
        listing={tags}
        empty={
          <EmptyState icon={Tags} title="No tags yet">
            Tags group devices as you think of them; rights can be limited to some.
          </EmptyState>
        }
      >
        {(items) => <Table label="Tags" columns={columns} rows={items} rowKey={({ id }) => id} />}
      </PagedList>
      {edited ? (
        <TagDialog tag={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      ) : null}
      {doomed ? (
        <ConfirmDialog
          title={`Delete the tag ${doomed.name}?`}
          verb="Delete tag"
          onClose={() => setDoomed(undefined)}
          onConfirm={async () => {
            await api.delete(`/tags/${doomed.id}`)
            sayDone(`The tag ${doomed.name} is deleted`)
            await refresh('tags')
          }}
        >
          {counted(doomed.devices ?? 0, 'device')} lose it. Whoever is limited to this tag sees those devices
          no longer.
        </ConfirmDialog>
      ) : null}
    </Panel>
  )
}

function TagName({ tag }: { tag: Tag }) {
  return (
    <span className="flex items-center gap-2 font-medium">
      <span
        className="size-2.5 rounded-full bg-line-strong"
        style={tag.color ? { background: tag.color } : undefined}
        aria-hidden
      />
      {tag.name}
    </span>
  )
}

function DeviceCount({ tag }: { tag: Tag }) {
  const count = tag.devices ?? 0
  if (count === 0) return <span className="text-muted">0</span>
  return (
    <Link to="/devices" search={{ q: `tag:"${tag.name}"` }} className="hover:text-accent hover:underline">
      {count}
    </Link>
  )
}
