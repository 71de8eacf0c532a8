import { useNavigate, useSearch } from '@tanstack/react-router'
import { ChannelsView } from '../channels/channels-view.tsx'
import { Page } from '../ui/page.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { EscalationsView } from './escalations-view.tsx'
import { HistoryView } from './history-view.tsx'
import { InboxView } from './inbox-view.tsx'
import { QuietView } from './quiet-view.tsx'
import { RulesView } from './rules-view.tsx'

const tabs = [
  ['inbox', 'Open'],
  ['history', 'History'],
  ['rules', 'Rules'],
  ['quiet', 'Silences and maintenance'],
  ['escalations', 'Escalations'],
  ['channels', 'Channels'],
] as const
const views = {
  inbox: InboxView,
  history: HistoryView,
  rules: RulesView,
  quiet: QuietView,
  escalations: EscalationsView,
  channels: ChannelsView,
}

/** What is wrong, what was, and who is told of it. */
export function AlertsPage() {
  const search = useSearch({ from: '/shell/alerts' })
  const navigate = useNavigate({ from: '/alerts' })
  const tab = tabs.find(([name]) => name === search.tab)?.[0] ?? 'inbox'
  const View = views[tab]
  return (
    <Page title="Alerts">
      <div className="overflow-x-auto">
        <Tabs
          label="What is shown"
          value={tab}
          tabs={tabs}
          onValue={(next) => void navigate({ search: next === 'inbox' ? {} : { tab: next }, replace: true })}
        />
      </div>
      <View />
    </Page>
  )
}
