import { useNavigate, useSearch } from '@tanstack/react-router'
import { Page } from '../ui/page.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { ChangeFeed } from './change-feed.tsx'
import { TwoTimes } from './two-times.tsx'

/** What changed: the newest changes, or the difference between two times. */
export function ChangesPage() {
  const { mode } = useSearch({ from: '/shell/changes' })
  const navigate = useNavigate({ from: '/changes' })
  const shown = mode === 'diff' ? 'diff' : 'newest'
  return (
    <Page title="Changes">
      <Tabs
        label="Changes"
        value={shown}
        tabs={[
          ['newest', 'Newest'],
          ['diff', 'Between two times'],
        ]}
        onValue={(next) => void navigate({ search: next === 'diff' ? { mode: next } : {} })}
      />
      {shown === 'diff' ? <TwoTimes /> : <ChangeFeed />}
    </Page>
  )
}
