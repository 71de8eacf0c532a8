import { z } from 'zod'
import { operation } from '#features/operation.ts'
import { createShowStatusPage, StatusPage } from '#features/status-page/show-status-page.ts'
import { AppError } from '#kernel/errors.ts'

const show = createShowStatusPage()

export const showStatusPage = operation({
  name: 'statuspage.show',
  summary: 'Show the public status page, without sign-in where it is switched on.',
  http: 'GET /status-page',
  effect: 'read',
  permission: 'open',
  input: z.object({}),
  output: StatusPage,
  async run(context) {
    if (context.config.monitoring.statusPage.enabled) return show(context)
    throw new AppError('NOT_FOUND', 'There is no status page', {
      hint: 'monitoring.statusPage.enabled in rollcall.yaml switches it on.',
    })
  },
})
