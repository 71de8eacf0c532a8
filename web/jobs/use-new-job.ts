import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { z } from 'zod'
import type { Job, JobActionShape, JobDetail } from '#features/jobs/job-shapes.ts'
import type { Proposal as ProposalShape } from '#features/words/word-shapes.ts'
import { api } from '../api.ts'
import { sessionQuery } from '../session.ts'
import { useAction } from '../use-action.ts'
import { chosenOf } from './chosen-rows.ts'
import type { JobCatalogue } from './job-actions-query.ts'
import { refreshJobs } from './job-query.ts'
import { isOver } from './job-words.ts'
import type { NeededJob } from './needed-jobs.tsx'
import { draftOf, noOptions, optionsOf, priorityOf, timeOf } from './option-draft.ts'
import {
  fieldsOf,
  missingOf,
  parametersOf,
  type ParameterField,
  type ParameterSchema,
} from './parameter-fields.ts'
import { kindsOf, missingRows, noRowsYet, rowsDraftOf, rowsFromOf, type RowsDraft } from './rows-draft.ts'

export type Proposal = z.infer<typeof ProposalShape>

/** A job while it is put together, by the address, by another job, by words and by hand. */
export function useNewJob(catalogue: JobCatalogue, like: JobDetail | undefined) {
  const search = useSearch({ from: '/shell/jobs/new' })
  const permissions = useQuery(sessionQuery).data?.permissions ?? []
  const [name, setName] = useState(like?.action ?? search.action)
  const [values, setValues] = useState<Record<string, unknown>>(like?.parameters ?? {})
  const [rows, setRows] = useState<RowsDraft>(() => {
    if (like) return rowsDraftOf(like.rowsFrom)
    const ids = chosenOf(search.ids)
    return { ...noRowsYet, ids, q: search.q ?? '', kind: ids.length > 0 ? 'ids' : 'query' }
  })
  const [options, setOptions] = useState(() => (like ? { ...draftOf(like), when: '' } : noOptions))
  const [title, setTitle] = useState('')
  const [auto, setAuto] = useState(like?.mode === 'auto')
  const [needed, setNeeded] = useState(() => (like ? stillNeeded(like) : []))
  /** The words that the form was filled in from. */
  const [words, setWords] = useState('')
  const action = catalogue.items.find((each) => each.name === name)
  const kinds = action ? kindsOf(action, { ids: rows.ids, databases: catalogue.databases }) : []
  const hasColumns = kinds.includes(rows.kind) && (rows.kind === 'file' || rows.kind === 'sql')
  const fields = action ? shownFields(action, hasColumns) : []
  const preview = usePreview({ auto, title, options, needed })
  const rowsMissing = missingRows(rows, kinds)
  return {
    words: search.words ?? '',
    offered: catalogue.items.filter(
      ({ needs, subject }) => permissions.some((each) => each === needs) && fits(subject, search.subject),
    ),
    action,
    choose(next: string) {
      setName(next)
      setValues({})
      setWords('')
    },
    fields,
    values,
    setValues,
    kinds,
    rows,
    setRows,
    options,
    setOptions,
    title,
    setTitle,
    auto,
    setAuto,
    needed,
    setNeeded,
    preview,
    /** Goes on by hand from what was understood of words. */
    takeUp(proposal: Proposal, inWords: string) {
      setName(proposal.action)
      setValues(proposal.parameters)
      setRows(rowsDraftOf(proposal.rowsFrom))
      setWords(inWords)
    },
    missing: [...missingOf(fields, values), ...(rowsMissing === undefined ? [] : [rowsMissing])],
    submit() {
      if (!action) return
      const parameters = parametersOf(fields, values) as Proposal['parameters']
      void preview.run({ action: action.name, parameters, rowsFrom: rowsFromOf(rows, kinds) }, words)
    },
  }
}

export type NewJob = ReturnType<typeof useNewJob>

interface Settings {
  auto: boolean
  title: string
  options: typeof noOptions
  needed: readonly NeededJob[]
}

/** The jobs that another one waits for, without those that are over. */
const stillNeeded = ({ dependsOn }: JobDetail): readonly NeededJob[] =>
  dependsOn.filter((each) => !isOver(each))

/** Has a preview made, and goes where it is shown. */
function usePreview({ auto, title, options, needed }: Settings) {
  const navigate = useNavigate()
  return useAction(async ({ action, parameters, rowsFrom }: Proposal, words: string) => {
    const settings = optionsOf(options)
    const time = timeOf(options)
    const job = await api.post<Job>('/jobs/preview', {
      action,
      parameters,
      ...(rowsFrom === null ? {} : { rowsFrom }),
      mode: auto ? 'auto' : 'confirm',
      priority: priorityOf(options),
      ...(Object.keys(settings).length > 0 ? { options: settings } : {}),
      ...(time === undefined ? {} : { scheduledFor: time }),
      ...(needed.length > 0 ? { dependsOn: needed.map(({ jobId, need }) => ({ jobId, need })) } : {}),
      ...(title.trim() === '' ? {} : { name: title.trim() }),
      ...(words === '' ? {} : { originalCommand: words }),
    })
    void refreshJobs()
    await navigate({ to: '/jobs/$id', params: { id: String(job.id) } })
  })
}

/** Without what other parts of the form say: which sources, and what becomes of columns that there are none of. */
function shownFields({ subject, parameters }: JobActionShape, hasColumns: boolean): ParameterField[] {
  return fieldsOf(parameters as ParameterSchema).filter(
    ({ name }) =>
      !(subject === 'source' && name === 'sources') &&
      (hasColumns || (name !== 'columns' && name !== 'empty')),
  )
}

/** Rows that were chosen in a list of devices or hosts fit to some actions only. */
function fits(subject: string, chosen: string | undefined): boolean {
  if (chosen === undefined) return true
  return chosen === 'host' ? subject === 'host' : subject === 'device' || subject === 'table'
}
