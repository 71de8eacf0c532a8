import { ScrollText } from 'lucide-react'
import type { Job } from '#features/jobs/job-shapes.ts'
import { usePaged } from '../paged.ts'
import { AuditLine, type AuditEntry } from '../settings/audit-line.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Listing } from '../ui/listing.tsx'
import { Panel } from '../ui/page.tsx'

/** What the audit trail tells of the job, newest first. */
export function JobTrail({ job }: { job: Pick<Job, 'id'> }) {
  const lines = usePaged<AuditEntry>('job-log', `/jobs/${job.id}/log`, {}, { limit: 100 })
  return (
    <Panel>
      <Listing
        label="Trail of the job, newest first"
        listing={lines}
        empty={<EmptyState icon={ScrollText} title="Nothing is told of it any more" />}
        row={(line) => <AuditLine key={line.id} entry={line} tellsJob={false} />}
      />
    </Panel>
  )
}
