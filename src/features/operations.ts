import { accessOperations } from '#features/access/access-operations.ts'
import { alertOperations } from '#features/alerts/alert-operations.ts'
import { escalationOperations } from '#features/alerts/escalation-operations.ts'
import { forecastOperations } from '#features/alerts/forecast-operations.ts'
import { ruleOperations } from '#features/alerts/rule-operations.ts'
import { serviceOperations } from '#features/alerts/service-operations.ts'
import { silenceOperations } from '#features/alerts/silence-operations.ts'
import { auditOperations } from '#features/audit/audit-operations.ts'
import { checkOperations } from '#features/checks/check-operations.ts'
import { configOperations } from '#features/configs/config-operations.ts'
import { costOperations } from '#features/cost/cost-operations.ts'
import { deviceOperations } from '#features/devices/device-operations.ts'
import { hostOperations } from '#features/hosts/host-operations.ts'
import { ingestOperations } from '#features/ingest/ingest-operations.ts'
import { scrapeOperations } from '#features/ingest/scrape-operations.ts'
import { inventoryOperations } from '#features/inventory/inventory-operations.ts'
import { errorOperations } from '#features/jobs/error-operations.ts'
import { createApprovalOperations } from '#features/jobs/job-approval-operations.ts'
import { jobControlOperations } from '#features/jobs/job-control-operations.ts'
import { jobOperations } from '#features/jobs/job-operations.ts'
import { noticeOperations } from '#features/notices/notice-operations.ts'
import type { AnyOperation } from '#features/operation.ts'
import { overviewOperations } from '#features/overview/overview-operations.ts'
import { addressOperations } from '#features/prefixes/address-operations.ts'
import { prefixOperations } from '#features/prefixes/prefix-operations.ts'
import { createCheckApproval } from '#features/previews/approval.ts'
import { prepareJobAgain } from '#features/previews/create-preview.ts'
import { previewOperations } from '#features/previews/preview-operations.ts'
import { showStatusPage } from '#features/status-page/show-status-page-operation.ts'
import { statusOperations } from '#features/status/status-operations.ts'
import { runOperations } from '#features/sync/run-operations.ts'
import { scheduleOperations } from '#features/scheduled-work.ts'
import { sourceOperations } from '#features/sync/source-operations.ts'
import { serverOperations } from '#features/servers/server-operations.ts'
import { systemOperations } from '#features/system/system-operations.ts'
import { graphOperations } from '#features/topology/graph-operations.ts'
import { pathOperations } from '#features/topology/path-operations.ts'
import { volumeOperations } from '#features/volumes/volume-operations.ts'
import { wordOperations } from '#features/words/word-operations.ts'
import { jobActions } from '#features/job-actions.ts'

/** Everything one can ask Rollcall to do. HTTP, the command line, MCP, OpenAPI and the docs are projected from it. */
export const operations: readonly AnyOperation[] = [
  ...overviewOperations,
  ...inventoryOperations,
  ...deviceOperations,
  ...configOperations,
  ...pathOperations,
  ...graphOperations,
  ...prefixOperations,
  ...addressOperations,
  ...hostOperations,
  ...serverOperations,
  ...statusOperations,
  showStatusPage,
  ...checkOperations,
  ...sourceOperations,
  ...runOperations,
  ...jobOperations,
  ...jobControlOperations,
  ...createApprovalOperations({ check: createCheckApproval(jobActions), prepareAgain: prepareJobAgain }),
  ...previewOperations(jobActions),
  ...errorOperations,
  ...scheduleOperations,
  ...accessOperations,
  ...auditOperations,
  ...ingestOperations,
  ...scrapeOperations,
  ...noticeOperations,
  ...costOperations,
  ...volumeOperations,
  ...alertOperations,
  ...forecastOperations,
  ...ruleOperations,
  ...silenceOperations,
  ...escalationOperations,
  ...serviceOperations,
  ...systemOperations,
  ...wordOperations(jobActions),
]
