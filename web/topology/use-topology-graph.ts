import { useMemo, useState } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'
import { sayFailed } from '../ui/toaster.tsx'
import { shownGraph } from './shown-graph.ts'
import type { GraphAnswer, PathAnswer } from './topology-types.ts'
import type { TopologyPlace } from './use-topology-place.ts'

interface Question {
  q?: string | undefined
  around?: string | undefined
  depth?: number | undefined
  types: readonly string[]
  limit?: number | undefined
}

const graphQuery = (question: Question) => ({
  queryKey: ['topology', question],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.get<GraphAnswer>('/topology', { ...question }, signal),
  staleTime: 60_000,
  retry: false,
})

const noAnswers: readonly GraphAnswer[] = []

/** The graph that the address asks for, with what was opened in it and the path through it. */
export function useTopologyGraph({ q, around, depth, types, limit, from, to }: TopologyPlace) {
  const question: Question = around === undefined ? { q, types, limit } : { q, around, depth, types, limit }
  const answer = useQuery({ ...graphQuery(question), placeholderData: keepPreviousData })
  const path = useQuery({
    queryKey: ['topology', 'path', from, to],
    queryFn: ({ signal }) =>
      api.get<PathAnswer>(
        `/devices/${encodeURIComponent(from!)}/path/${encodeURIComponent(to!)}`,
        {},
        signal,
      ),
    enabled: from !== undefined && to !== undefined,
    retry: false,
  })
  // What was opened belongs to the question that it was opened in.
  const asked = JSON.stringify(question)
  const [opened, setOpened] = useState<{ in: string; answers: readonly GraphAnswer[] }>()
  const more = opened?.in === asked ? opened.answers : noAnswers
  const steps = path.data?.steps
  const graph = useMemo(
    () => (answer.data ? shownGraph([answer.data, ...more], steps) : undefined),
    [answer.data, more, steps],
  )
  const expand = async (id: number) => {
    try {
      const near = await queryClient.fetchQuery(graphQuery({ around: String(id), depth: 1, types }))
      setOpened((before) => ({
        in: asked,
        answers: [...(before?.in === asked ? before.answers : []), near],
      }))
    } catch (error) {
      sayFailed(error)
    }
  }
  return { answer, path, graph, expand }
}
