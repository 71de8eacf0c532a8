import { useState } from 'react'
import { Pencil, Plus, TextCursorInput, Trash2 } from 'lucide-react'
import { api } from '../api.ts'
import type { CustomField } from '../inventory-types.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { Badge } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { FieldDialog } from './field-dialog.tsx'
import { PagedList } from './paged-list.tsx'
import { refresh } from './refresh.ts'

/** Facts of devices that people keep by hand. */
export function FieldsPart() {
  const fields = usePaged<CustomField>('fields', '/fields', {}, { limit: 1000 })
  const mayChange = useMay('settings.change')
  const [edited, setEdited] = useState<CustomField | 'new'>()
  const [doomed, setDoomed] = useState<CustomField>()
  const columns: Column<CustomField>[] = [
    {
      header: 'Field',
      cell: ({ label, name }) => (
        <>
          <span className="font-medium">{label}</span>
          <code className="block font-mono text-xs text-muted">{name}</code>
        </>
      ),
    },
    {
      header: 'Kind',
      cell: ({ type, required, options }) => (
        <span className="flex flex-wrap items-center gap-1">
          <Badge>{type}</Badge>
          {required ? <Badge tone="accent">needed</Badge> : null}
          {options ? <span className="text-xs text-muted">{options.join(', ')}</span> : null}
        </span>
      ),
    },
    { header: 'Description', cell: ({ description }) => description ?? '', className: 'text-muted' },
    ...(mayChange
      ? [
          {
            header: 'Actions',
            className: 'w-px text-right',
            cell: (field: CustomField) => (
              <span className="flex">
                <IconButton label={`Edit ${field.label}`} icon={Pencil} onClick={() => setEdited(field)} />
                <IconButton label={`Delete ${field.label}`} icon={Trash2} onClick={() => setDoomed(field)} />
              </span>
            ),
          },
        ]
      : []),
  ]
  return (
    <Panel
      title="Custom fields"
      actions={
        mayChange ? (
          <Button icon={Plus} onClick={() => setEdited('new')}>
            New field
          </Button>
        ) : null
      }
    >
      <PagedList
        listing={fields}
        empty={
          <EmptyState icon={TextCursorInput} title="No custom fields yet">
            Add what no source can know of a device: who paid for it, when its warranty ends, how important it
            is.
          </EmptyState>
        }
      >
        {(items) => <Table label="Custom fields" columns={columns} rows={items} rowKey={({ id }) => id} />}
      </PagedList>
      {edited ? (
        <FieldDialog field={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      ) : null}
      {doomed ? (
        <ConfirmDialog
          title={`Delete the field ${doomed.label}?`}
          verb="Delete field"
          onClose={() => setDoomed(undefined)}
          onConfirm={async () => {
            await api.delete(`/fields/${doomed.id}`)
            sayDone(`The field ${doomed.label} is deleted`)
            await refresh('fields')
          }}
        >
          What devices have in it is no longer checked or offered for editing.
        </ConfirmDialog>
      ) : null}
    </Panel>
  )
}
