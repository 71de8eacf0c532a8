import { useState } from 'react'
import type { z } from 'zod'
import { KeyRound, Plus, Trash2 } from 'lucide-react'
import type { TokenShape } from '#features/access/access-shapes.ts'
import { api } from '../api.ts'
import { usePaged } from '../paged.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { NewToken } from './new-token.tsx'
import { PagedList } from './paged-list.tsx'
import { refresh } from './refresh.ts'

type Token = z.infer<typeof TokenShape>

const isOver = ({ revokedAt, expiresAt }: Token) =>
  revokedAt !== null || (expiresAt !== null && Date.parse(expiresAt) < Date.now())

/** The keys that programs use. */
export function TokensPart() {
  const tokens = usePaged<Token>('tokens', '/tokens')
  const [makes, setMakes] = useState(false)
  const [doomed, setDoomed] = useState<Token>()
  const columns: Column<Token>[] = [
    { header: 'Name', cell: (token) => <Name token={token} /> },
    { header: 'May', cell: (token) => <Rights token={token} /> },
    {
      header: 'Last used',
      cell: ({ lastUsedAt }) => <TimeAgo at={lastUsedAt} className="whitespace-nowrap" />,
    },
    { header: 'Until', cell: (token) => <Until token={token} /> },
    {
      header: 'Actions',
      className: 'w-px text-right',
      cell: (token) =>
        isOver(token) ? null : (
          <Button look="quiet" icon={Trash2} onClick={() => setDoomed(token)}>
            Revoke
          </Button>
        ),
    },
  ]
  return (
    <Panel
      title="Tokens"
      actions={
        <Button icon={Plus} onClick={() => setMakes(true)}>
          Make a token
        </Button>
      }
    >
      <PagedList
        listing={tokens}
        empty={
          <EmptyState icon={KeyRound} title="No tokens yet">
            A token lets a program ask Rollcall in your name, with as few rights as it needs.
          </EmptyState>
        }
      >
        {(items) => <Table label="Tokens" columns={columns} rows={items} rowKey={({ id }) => id} />}
      </PagedList>
      {makes ? <NewToken onClose={() => setMakes(false)} /> : null}
      {doomed ? (
        <ConfirmDialog
          title={`Revoke ${doomed.name}?`}
          verb="Revoke token"
          onClose={() => setDoomed(undefined)}
          onConfirm={async () => {
            await api.delete(`/tokens/${doomed.id}`)
            sayDone(`${doomed.name} is revoked`)
            await refresh('tokens')
          }}
        >
          Whatever uses it is refused from now on. It cannot be brought back.
        </ConfirmDialog>
      ) : null}
    </Panel>
  )
}

function Name({ token }: { token: Token }) {
  return (
    <>
      <span className={isOver(token) ? 'text-muted line-through' : 'font-medium'}>{token.name}</span>
      <span className="block text-xs text-muted">
        <code className="font-mono">{token.prefix}…</code> {token.user ?? 'of the installation'}
      </span>
    </>
  )
}

function Rights({ token }: { token: Token }) {
  return (
    <span className="flex flex-wrap gap-1">
      <Badge>{token.role}</Badge>
      {token.permissions === null ? null : (
        <span title={token.permissions.join('\n')}>
          <Badge>{token.permissions.length} rights</Badge>
        </span>
      )}
      {token.tags?.map((tag) => (
        <Badge key={tag} tone="accent">
          {tag}
        </Badge>
      ))}
    </span>
  )
}

function Until({ token }: { token: Token }) {
  if (token.revokedAt !== null) return <Badge tone="bad">revoked</Badge>
  if (token.expiresAt === null) return <span className="text-muted">for ever</span>
  if (isOver(token)) return <Badge tone="bad">expired</Badge>
  return <TimeAgo at={token.expiresAt} className="whitespace-nowrap" />
}
