import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { ArrowRight } from 'lucide-react'
import type { JobDetail } from '#features/jobs/job-shapes.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, TextField } from '../ui/field.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { ActionPicker } from './action-picker.tsx'
import { Fold } from './fold.tsx'
import { jobActionsQuery, type JobCatalogue } from './job-actions-query.ts'
import { jobQuery } from './job-query.ts'
import { NeededJobs } from './needed-jobs.tsx'
import { OptionFields } from './option-fields.tsx'
import { ParameterForm } from './parameter-form.tsx'
import { RowsPicker } from './rows-picker.tsx'
import { useNewJob, type NewJob } from './use-new-job.ts'
import { WordsField } from './words-field.tsx'

/** Where a job is asked for: in words, or step by step. It ends with a preview, and nothing is done before that. */
export function NewJobPage() {
  const { like } = useSearch({ from: '/shell/jobs/new' })
  const catalogue = useQuery(jobActionsQuery)
  return (
    <Page title="New job">
      <QueryView query={catalogue}>
        {(shown) => (like === undefined ? <Form catalogue={shown} /> : <Again id={like} catalogue={shown} />)}
      </QueryView>
    </Page>
  )
}

/** The same as another job, to be changed. */
function Again({ id, catalogue }: { id: string; catalogue: JobCatalogue }) {
  const job = useQuery(jobQuery(id))
  return <QueryView query={job}>{(like) => <Form catalogue={catalogue} like={like} />}</QueryView>
}

function Form({ catalogue, like }: { catalogue: JobCatalogue; like?: JobDetail }) {
  const job = useNewJob(catalogue, like)
  const { action, fields, kinds, preview } = job
  return (
    <div className="flex max-w-4xl flex-col gap-4">
      <WordsField
        initial={job.words}
        busy={preview.busy}
        onPreview={(proposal, words) => void preview.run(proposal, words)}
        onTakeUp={job.takeUp}
      />
      <Panel title="What to do">
        <ActionPicker actions={job.offered} value={action?.name} onValue={job.choose} />
        {action && fields.length > 0 ? (
          <div className="border-t px-4 py-3">
            <ParameterForm key={action.name} fields={fields} values={job.values} onValues={job.setValues} />
          </div>
        ) : null}
      </Panel>
      {action && kinds.length > 0 ? (
        <Panel title={action.subject === 'table' ? 'For which rows' : `For which ${action.subject}s`}>
          <RowsPicker
            subject={action.subject}
            kinds={kinds}
            databases={catalogue.databases}
            draft={job.rows}
            onDraft={job.setRows}
          />
        </Panel>
      ) : null}
      {action ? <Ending job={job} /> : <ErrorLine error={preview.error} />}
    </div>
  )
}

/** How it is to be done, and the way to the preview. */
function Ending({ job }: { job: NewJob }) {
  const { missing, preview } = job
  return (
    <Panel>
      <div className="flex flex-col gap-3 px-4 py-3">
        <Fold title="Limits, priority, time and order">
          <OptionFields draft={job.options} onDraft={job.setOptions} withTime />
          <div className="mt-3.5 flex flex-col gap-3.5">
            <NeededJobs value={job.needed} onValue={job.setNeeded} />
            <TextField
              label="Name of the job"
              placeholder="a sentence that says what it does"
              maxLength={200}
              value={job.title}
              onChange={(event) => job.setTitle(event.target.value)}
            />
          </div>
        </Fold>
        <CheckField
          label="Run by itself when the rules allow it"
          hint="Otherwise, and where a rule speaks against it, somebody has to approve what the preview shows."
          checked={job.auto}
          onValue={job.setAuto}
        />
        <ErrorLine error={preview.error} />
        <div className="flex flex-wrap items-center gap-3">
          <Button
            look="primary"
            icon={ArrowRight}
            busy={preview.busy}
            disabled={missing.length > 0}
            onClick={job.submit}
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
  )
}
