import { useQuery } from '@tanstack/react-query'
import { Lock } from 'lucide-react'
import { ApiError } from '../api.ts'
import type { Source, SourceType } from '../inventory-types.ts'
import { useMay } from '../session.ts'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { sourceQuery, sourceTypesQuery } from './source-actions.ts'
import { SourceForm } from './source-form.tsx'

/** Adds a source of a type. */
export function AddSource({ type, onClose }: { type: string; onClose(): void }) {
  const types = useQuery(sourceTypesQuery)
  const found = types.data?.items.find((each) => each.type === type)
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={found ? `Add ${found.title}` : 'Add a source'}
      description={found?.summary}
    >
      <QueryView query={types}>
        {() =>
          found ? (
            <SourceForm type={found} source={undefined} mayEdit onClose={onClose} />
          ) : (
            <Unknown type={type} />
          )
        }
      </QueryView>
    </Dialog>
  )
}

/** Shows a source and changes it, where that may be done here. */
export function EditSource({ name, onClose }: { name: string; onClose(): void }) {
  const types = useQuery(sourceTypesQuery)
  const source = useQuery(sourceQuery(name))
  const mayChange = useMay('sources.change')
  const type = types.data?.items.find((each) => each.type === source.data?.type)
  return (
    <Dialog open wide onClose={onClose} title={name} description={type?.title}>
      <QueryView query={source}>
        {(found) => (
          <QueryView query={types}>
            {() =>
              type ? (
                <Editor {...{ type, source: found, mayChange, onClose }} />
              ) : (
                <Unknown type={found.type} />
              )
            }
          </QueryView>
        )}
      </QueryView>
    </Dialog>
  )
}

interface EditorProps {
  type: SourceType
  source: Source
  mayChange: boolean
  onClose(): void
}

function Editor({ type, source, mayChange, onClose }: EditorProps) {
  return (
    <>
      {source.readOnly ? (
        <p className="mb-4 flex gap-2 rounded-md bg-sunken px-3 py-2 text-muted">
          <Lock size={15} className="mt-0.5 shrink-0" aria-hidden />
          {whyReadOnly(source)}
        </p>
      ) : null}
      <SourceForm
        key={source.version}
        type={type}
        source={source}
        mayEdit={mayChange && !source.readOnly}
        onClose={onClose}
      />
    </>
  )
}

/** Why a source cannot be changed here, and where it can. */
export const whyReadOnly = ({ name }: Pick<Source, 'name'>): string =>
  name === 'this-machine'
    ? 'This source is built in: it reads the machine that Rollcall runs on. To change its settings, add a source of the type “This machine”; it takes the place of this one.'
    : 'This source stands in the configuration file. Change it there and restart Rollcall.'

function Unknown({ type }: { type: string }) {
  return (
    <ErrorState
      error={
        new ApiError({
          code: 'NOT_FOUND',
          status: 404,
          detail: `This release knows no sources of type ${type}.`,
        })
      }
    />
  )
}
