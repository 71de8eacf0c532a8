import { AppError } from '#kernel/errors.ts'
import { clusterRow, type ClusterRow } from '#sources/ontap/answers.ts'
import type { OntapClient } from '#sources/ontap/client.ts'

const fields = 'uuid,name,version,location,contact,management_interfaces,dns_domains'

/** The cluster itself: without it there is nothing to tell. */
export async function readCluster(client: OntapClient): Promise<ClusterRow> {
  const answer = await client.get('/cluster', { fields })
  if (answer.is === 'forbidden')
    throw new AppError(
      'SOURCE_FORBIDDEN',
      `The cluster does not let the user read /api/cluster (${answer.reason})`,
      {
        hint: 'Give its role read access to /api/cluster, /api/storage and /api/network.',
      },
    )
  const parsed = answer.is === 'data' ? clusterRow.safeParse(answer.body) : undefined
  if (parsed?.success) return parsed.data
  const reason = answer.is === 'failed' ? ` (${answer.reason})` : ''
  throw new AppError('SOURCE_ANSWER_INVALID', `The cluster did not tell of itself${reason}`, {
    hint: 'Check that the address is that of the cluster management interface, of ONTAP 9.6 or later.',
  })
}
