import { useMemo, useState } from 'react'
import { api, asApiError } from '../api.ts'
import type { Source, SourceType } from '../inventory-types.ts'
import { useMay } from '../session.ts'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { sortComplaints } from '../complaints.ts'
import { draftOf, patchOf, settingsOf, type Draft } from './setting-draft.ts'
import { fieldsOf, leavesOf, type Schema } from './setting-fields.ts'
import { refreshSources, syncNow } from './source-actions.ts'
import type { Trial } from './trial.tsx'

/** What is typed into the form. */
interface Entered {
  name: string
  schedule: string
  enabled: boolean
  readNow: boolean
  draft: Draft
}

const usualSchedule = '*/30 * * * *'

const enteredOf = (source: Source | undefined, draft: Draft): Entered => ({
  name: source?.name ?? '',
  schedule: source ? (source.schedule ?? '') : usualSchedule,
  enabled: source?.enabled ?? true,
  readNow: true,
  draft,
})

/** What an input holds, by the path that complaints use. */
const valueAt = (entered: Entered, path: string): unknown =>
  path.startsWith('settings.')
    ? entered.draft[path.slice('settings.'.length)]
    : path === 'name' || path === 'schedule'
      ? entered[path]
      : undefined

/** The complaints about inputs that still hold what was complained about. */
function complaintsAbout(error: unknown, paths: readonly string[], sent: Entered, entered: Entered) {
  const { byPath, others } = sortComplaints(paths, error ? asApiError(error).complaints : [])
  const still = Object.entries(byPath).filter(([path]) => valueAt(sent, path) === valueAt(entered, path))
  return { byPath: Object.fromEntries(still), mended: still.length < Object.keys(byPath).length, others }
}

/** The form of a source: what is entered, what is wrong with it, trying it and keeping it. */
export function useSourceForm(type: SourceType, source: Source | undefined, onKept: () => void) {
  const maySync = useMay('sync.run')
  const fields = useMemo(() => fieldsOf(type.settings as Schema), [type])
  const stored = useMemo(() => draftOf(fields, source?.settings), [fields, source])
  const [entered, setEntered] = useState(() => enteredOf(source, stored))
  const [sent, setSent] = useState(entered)
  const [doing, setDoing] = useState<'test' | 'keep'>()
  const [trial, setTrial] = useState<Trial>()
  const name = entered.name.trim()
  const settings = source
    ? patchOf(fields, entered.draft, source.settings)
    : settingsOf(fields, entered.draft)

  const test = async () => {
    const given = { type: type.type, settings, ...(source ? { name: source.name } : {}) }
    setTrial(await api.post<Trial>('/sources/try', given))
  }
  const keep = async () => {
    const common = { settings, schedule: entered.schedule.trim() || null, enabled: entered.enabled }
    if (source) await api.patch(`/sources/${encodeURIComponent(source.name)}`, common, source.version)
    else await api.post('/sources', { ...common, name, type: type.type })
    await refreshSources()
    onKept()
    if (!source && maySync && entered.readNow && entered.enabled)
      await syncNow([name], `${name} is added and being read`)
    else sayDone(source ? `${name} is changed` : `${name} is added`)
  }
  const action = useAction((what: 'test' | 'keep') => {
    setDoing(what)
    setSent(entered)
    setTrial(undefined)
    return what === 'test' ? test() : keep()
  })
  const paths = ['name', 'schedule', ...leavesOf(fields).map(({ path }) => `settings.${path}`)]
  return {
    fields,
    stored,
    entered,
    enter: (change: Partial<Entered>) => setEntered((before) => ({ ...before, ...change })),
    trial,
    testing: action.busy && doing === 'test',
    keeping: action.busy && doing === 'keep',
    act: (what: 'test' | 'keep') => void action.run(what),
    error: action.error,
    ...complaintsAbout(action.error, paths, sent, entered),
  }
}

export type SourceFormState = ReturnType<typeof useSourceForm>
