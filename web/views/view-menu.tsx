import { useState } from 'react'
import { Bookmark, Check, ChevronDown, Save, Trash2 } from 'lucide-react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'
import { sessionQuery } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { sayDone, sayFailed } from '../ui/toaster.tsx'
import { SaveViewDialog } from './save-view-dialog.tsx'
import type { ViewPlace } from './use-view-place.ts'

/** The saved views: to take one, and to keep what is shown as one. */
export function ViewMenu({ place, all }: { place: ViewPlace; all: string }) {
  const { view, views, differs } = place
  const [open, setOpen] = useState<'save' | 'delete'>()
  const session = useQuery(sessionQuery).data
  const isMine = view !== undefined && (view.owner === session?.name || session?.role === 'admin')
  const update = async () => {
    if (!view) return
    try {
      const { q: query, sort, columns } = place
      await api.patch(`/views/${view.id}`, { query, sort, columns }, view.version)
      await queryClient.invalidateQueries({ queryKey: ['views'] })
      place.openView(view.id)
      sayDone(`${view.name} was saved`)
    } catch (error) {
      sayFailed(error)
    }
  }
  return (
    <>
      <Menu
        trigger={
          <Button icon={Bookmark} className="max-w-56">
            <span className="truncate">{view?.name ?? 'Views'}</span>
            {differs ? <span className="text-muted">edited</span> : null}
            <ChevronDown size={14} className="shrink-0 text-muted" aria-hidden />
          </Button>
        }
      >
        <MenuItem onSelect={() => place.openView(undefined)}>
          <Tick shown={view === undefined} /> {all}
        </MenuItem>
        {views.map(({ id, name, shared, owner }) => (
          <MenuItem key={id} onSelect={() => place.openView(id)}>
            <Tick shown={id === view?.id} />
            <span className="min-w-0 grow truncate">{name}</span>
            {shared ? (
              <span className="text-xs text-muted">{owner === session?.name ? 'shared' : owner}</span>
            ) : null}
          </MenuItem>
        ))}
        <MenuSeparator />
        {differs && isMine ? (
          <MenuItem onSelect={() => void update()}>
            <Save size={14} aria-hidden /> Save changes to {view?.name}
          </MenuItem>
        ) : null}
        <MenuItem onSelect={() => setOpen('save')}>
          <Bookmark size={14} aria-hidden /> Save as a new view…
        </MenuItem>
        {isMine ? (
          <MenuItem onSelect={() => setOpen('delete')}>
            <Trash2 size={14} aria-hidden /> Delete {view.name}…
          </MenuItem>
        ) : null}
      </Menu>
      {open === 'save' ? <SaveViewDialog place={place} onClose={() => setOpen(undefined)} /> : null}
      {open === 'delete' && view ? (
        <ConfirmDialog
          title={`Delete ${view.name}?`}
          verb="Delete the view"
          onClose={() => setOpen(undefined)}
          onConfirm={async () => {
            await api.delete(`/views/${view.id}`)
            place.openView(undefined)
            await queryClient.invalidateQueries({ queryKey: ['views'] })
          }}
        >
          {view.shared ? 'It goes for everybody.' : 'What it shows stays as it is.'}
        </ConfirmDialog>
      ) : null}
    </>
  )
}

const Tick = ({ shown }: { shown: boolean }) => (
  <Check size={14} className={shown ? 'text-accent' : 'invisible'} aria-label={shown ? 'shown' : undefined} />
)
