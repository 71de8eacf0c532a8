import { useMemo, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ArrowRight } from 'lucide-react'
import type { Job } from '#features/jobs/job-shapes.ts'
import type { Proposal } from '#features/words/word-shapes.ts'
import type { z } from 'zod'
import { api } from '../api.ts'
import { sessionQuery } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, TextField } from '../ui/field.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { useAction } from '../use-action.ts'
import { ActionPicker } from './action-picker.tsx'
import { chosenOf } from './chosen-rows.ts'
import { Fold } from './fold.tsx'
import { jobActionsQuery, type JobCatalogue } from './job-actions-query.ts'
import { refreshJobs } from './job-query.ts'
import { noOptions, optionsOf, priorityOf, timeOf } from './option-draft.ts'
import { OptionFields } from './option-fields.tsx'
import { fieldsOf, missingOf, parametersOf, type ParameterSchema } from './parameter-fields.ts'
import { ParameterForm } from './parameter-form.tsx'
import { kindsOf, missingRows, noRowsYet, rowsDraftOf, rowsFromOf, type RowsDraft } from './rows-draft.ts'
import { RowsPicker } from './rows-picker.tsx'
import { WordsField } from './words-field.tsx'

/** Where a job is asked for: in words, or step by step. It ends with a preview, and nothing is done before that. */
export function NewJobPage() {
  const catalogue = useQuery(jobActionsQuery)
  return (
    <Page title="New job">
      <QueryView query={catalogue}>{(shown) => <NewJob catalogue={shown} />}</QueryView>
    </Page>
  )
}

function NewJob({ catalogue }: { catalogue: JobCatalogue }) {
  const search = useSearch({ from: '/shell/jobs/new' })
  const navigate = useNavigate()
  const permissions = useQuery(sessionQuery).data?.permissions ?? []
  const offered = catalogue.items.filter(
    ({ needs, subject }) => permissions.some((each) => each === needs) && fits(subject, search.subject),
  )
  const [name, setName] = useState(search.action)
  const [values, setValues] = useState<Record<string, unknown>>({})
  const [rows, setRows] = useState<RowsDraft>(() => {
    const ids = chosenOf(search.ids)
    return { ...noRowsYet, ids, q: search.q ?? '', kind: ids.length > 0 ? 'ids' : 'query' }
  })
  const [options, setOptions] = useState(noOptions)
  const [title, setTitle] = useState('')
  const [auto, setAuto] = useState(false)
  const [words, setWords] = useState('')
  const action = catalogue.items.find((each) => each.name === name)
  const fields = useMemo(
    () =>
      action
        ? fieldsOf(action.parameters as ParameterSchema).filter(
            // Where its rows come from says which.
            (field) => !(action.subject === 'source' && field.name === 'sources'),
          )
        : [],
    [action],
  )
  const kinds = action ? kindsOf(action, { ids: rows.ids, databases: catalogue.databases }) : []
  const preview = useAction(async (proposal: z.infer<typeof Proposal>, inWords: string) => {
    const settings = optionsOf(options)
    const time = timeOf(options)
    const job = await api.post<Job>('/jobs/preview', {
      action: proposal.action,
      parameters: proposal.parameters,
      ...(proposal.rowsFrom === null ? {} : { rowsFrom: proposal.rowsFrom }),
      mode: auto ? 'auto' : 'confirm',
      priority: priorityOf(options),
      ...(Object.keys(settings).length > 0 ? { options: settings } : {}),
      ...(time === undefined ? {} : { scheduledFor: time }),
      ...(title.trim() === '' ? {} : { name: title.trim() }),
      ...(inWords === '' ? {} : { originalCommand: inWords }),
    })
    void refreshJobs()
    await navigate({ to: '/jobs/$id', params: { id: String(job.id) } })
  })
  const takeUp = (proposal: z.infer<typeof Proposal>, inWords: string) => {
    setName(proposal.action)
    setValues(proposal.parameters)
    setRows(rowsDraftOf(proposal.rowsFrom))
    setWords(inWords)
  }
  const missing = action
    ? [...missingOf(fields, values), ...[missingRows(rows, kinds)].filter((each) => each !== undefined)]
    : []
  const submit = () => {
    if (!action) return
    const parameters = parametersOf(fields, values) as z.infer<typeof Proposal>['parameters']
    void preview.run({ action: action.name, parameters, rowsFrom: rowsFromOf(rows, kinds) }, words)
  }
  return (
    <div className="flex max-w-4xl flex-col gap-4">
      <WordsField
        initial={search.words ?? ''}
        busy={preview.busy}
        onPreview={(proposal, inWords) => void preview.run(proposal, inWords)}
        onTakeUp={takeUp}
      />
      <Panel title="What to do">
        <ActionPicker
          actions={offered}
          value={name}
          onValue={(next) => {
            setName(next)
            setValues({})
            setWords('')
          }}
        />
        {action && fields.length > 0 ? (
          <div className="border-t px-4 py-3">
            <ParameterForm key={action.name} fields={fields} values={values} onValues={setValues} />
          </div>
        ) : null}
      </Panel>
      {action && kinds.length > 0 ? (
        <Panel title={action.subject === 'table' ? 'For which rows' : `For which ${action.subject}s`}>
          <RowsPicker
            subject={action.subject}
            kinds={kinds}
            databases={catalogue.databases}
            draft={rows}
            onDraft={setRows}
          />
        </Panel>
      ) : null}
      {action ? (
        <Panel>
          <div className="flex flex-col gap-3 px-4 py-3">
            <Fold title="Limits, priority and time">
              <OptionFields draft={options} onDraft={setOptions} withTime />
              <div className="mt-3.5">
                <TextField
                  label="Name"
                  placeholder="a sentence that says what it does"
                  maxLength={200}
                  value={title}
                  onChange={(event) => setTitle(event.target.value)}
                />
              </div>
            </Fold>
            <CheckField
              label="Run by itself when the rules allow it"
              hint="Otherwise, and where a rule speaks against it, somebody has to approve what the preview shows."
              checked={auto}
              onValue={setAuto}
            />
            <ErrorLine error={preview.error} />
            <div className="flex flex-wrap items-center gap-3">
              <Button
                look="primary"
                icon={ArrowRight}
                busy={preview.busy}
                disabled={missing.length > 0}
                onClick={submit}
              >
                Preview
              </Button>
              <span className="text-muted">
                {missing.length > 0
                  ? `Still missing: ${missing.join(', ')}`
                  : 'Shows what would happen. Nothing is done yet.'}
              </span>
            </div>
          </div>
        </Panel>
      ) : (
        <ErrorLine error={preview.error} />
      )}
    </div>
  )
}

/** Rows that were chosen in a list of devices or hosts fit to some actions only. */
function fits(subject: string, chosen: string | undefined): boolean {
  if (chosen === undefined) return true
  return chosen === 'host' ? subject === 'host' : subject === 'device' || subject === 'table'
}
