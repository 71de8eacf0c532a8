import { useState } from 'react'
import { Ban, CircleCheck, EllipsisVertical, KeyRound, Pencil, Trash2, UserPlus, Users } from 'lucide-react'
import { api } from '../api.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { Badge } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { sayDone, sayFailed } from '../ui/toaster.tsx'
import { InvitePerson } from './invite-person.tsx'
import { PagedList } from './paged-list.tsx'
import { EditPerson } from './edit-person.tsx'
import { personPath, type Person } from './person.ts'
import { refresh } from './refresh.ts'
import { ResetPerson } from './reset-person.tsx'

type Act = 'edit' | 'reset' | 'delete'

/** Who may sign in, and how far their rights go. */
export function PeoplePart() {
  const people = usePaged<Person>('users', '/users', {}, { limit: 200 })
  const mayManage = useMay('access.manage')
  const [invites, setInvites] = useState(false)
  const [chosen, setChosen] = useState<{ person: Person; act: Act }>()
  const close = () => setChosen(undefined)
  const columns: Column<Person>[] = [
    { header: 'Person', cell: (person) => <Name person={person} /> },
    {
      header: 'Role',
      cell: ({ role }) => <Badge tone={role === 'admin' ? 'accent' : 'neutral'}>{role}</Badge>,
    },
    { header: 'Limited to', cell: (person) => <Limits person={person} /> },
    { header: 'State', cell: (person) => <State person={person} /> },
    ...(mayManage
      ? [
          {
            header: 'Actions',
            className: 'w-px text-right',
            cell: (person: Person) => (
              <PersonMenu person={person} onAct={(act) => setChosen({ person, act })} />
            ),
          },
        ]
      : []),
  ]
  return (
    <Panel
      title="People"
      actions={
        mayManage ? (
          <Button icon={UserPlus} onClick={() => setInvites(true)}>
            Invite
          </Button>
        ) : null
      }
    >
      <PagedList listing={people} empty={<EmptyState icon={Users} title="Nobody yet" />}>
        {(items) => <Table label="People" columns={columns} rows={items} rowKey={({ id }) => id} />}
      </PagedList>
      {invites ? <InvitePerson onClose={() => setInvites(false)} /> : null}
      {chosen?.act === 'edit' ? <EditPerson person={chosen.person} onClose={close} /> : null}
      {chosen?.act === 'reset' ? <ResetPerson person={chosen.person} onClose={close} /> : null}
      {chosen?.act === 'delete' ? <DeletePerson person={chosen.person} onClose={close} /> : null}
    </Panel>
  )
}

function Name({ person }: { person: Person }) {
  return (
    <>
      <span className={person.disabledAt === null ? 'font-medium' : 'text-muted'}>{person.name}</span>
      <span className="block text-xs text-muted">{person.email}</span>
    </>
  )
}

function Limits({ person }: { person: Person }) {
  if (person.tags === null) return <span className="text-muted">—</span>
  return (
    <span className="flex flex-wrap gap-1">
      {person.tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
    </span>
  )
}

function State({ person }: { person: Person }) {
  return (
    <span className="flex flex-wrap gap-1">
      {person.disabledAt === null ? null : <Badge tone="bad">disabled</Badge>}
      {person.twoFactor ? <Badge tone="good">second step</Badge> : null}
      {person.hasPassword ? null : <Badge tone="warn">no password yet</Badge>}
    </span>
  )
}

function PersonMenu({ person, onAct }: { person: Person; onAct(act: Act): void }) {
  const disabled = person.disabledAt !== null
  const setDisabled = async (next: boolean) => {
    try {
      await api.patch(personPath(person), { disabled: next }, person.version)
      sayDone(next ? `${person.name} may not sign in any more` : `${person.name} may sign in again`)
      await refresh('users')
    } catch (error) {
      sayFailed(error)
    }
  }
  return (
    <Menu trigger={<IconButton label={`More for ${person.name}`} icon={EllipsisVertical} />}>
      <MenuItem onSelect={() => onAct('edit')}>
        <Pencil size={14} aria-hidden /> Edit
      </MenuItem>
      <MenuItem onSelect={() => onAct('reset')}>
        <KeyRound size={14} aria-hidden /> New password link
      </MenuItem>
      <MenuItem onSelect={() => void setDisabled(!disabled)}>
        {disabled ? <CircleCheck size={14} aria-hidden /> : <Ban size={14} aria-hidden />}
        {disabled ? 'Let sign in again' : 'Disable'}
      </MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={() => onAct('delete')}>
        <Trash2 size={14} className="text-bad" aria-hidden /> Delete
      </MenuItem>
    </Menu>
  )
}

function DeletePerson({ person, onClose }: { person: Person; onClose(): void }) {
  return (
    <ConfirmDialog
      title={`Delete ${person.name}?`}
      verb="Delete person"
      onClose={onClose}
      onConfirm={async () => {
        await api.delete(personPath(person))
        sayDone(`${person.name} is deleted`)
        await refresh('users')
      }}
    >
      Sessions and tokens of {person.email} end at once. History and the audit trail keep the name. To lock
      somebody out for a while, disable instead.
    </ConfirmDialog>
  )
}
