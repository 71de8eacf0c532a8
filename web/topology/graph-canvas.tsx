import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Maximize, Minus, Plus, Shuffle, type LucideIcon } from 'lucide-react'
import { counted } from '../format.ts'
import { useKeys } from '../list/use-keys.ts'
import { useIsDark } from '../theme.ts'
import { openPicture, type Hearers, type Hovered, type Picture } from './graph-picture.ts'
import { HoverCard } from './hover-card.tsx'
import { forgetPlaces, keepPlaces } from './kept-places.ts'
import { layOut } from './lay-out.ts'
import { paletteOf } from './picture-colours.ts'
import { marksAround, type Marks } from './picture-marks.ts'
import type { ShownGraph } from './shown-graph.ts'
import type { Layout } from './use-topology-place.ts'

interface GraphCanvasProps {
  graph: ShownGraph
  layout: Layout
  picked: number | undefined
  path: Marks | undefined
  onPick(id: number | undefined): void
  onExpand(id: number): void
  /** The browser cannot draw it. */
  onFailed(): void
}

/** The picture of a graph: drawn by the graphics card, laid out in a thread of its own. */
export function GraphCanvas({ graph, layout, picked, path, ...hears }: GraphCanvasProps) {
  const [picture, setPicture] = useState<Picture>()
  const [hovered, setHovered] = useState<Hovered>()
  const [shuffles, setShuffles] = useState(0)
  const isDark = useIsDark()
  const hearers = useRef(hears)
  useEffect(() => {
    hearers.current = hears
  })
  const attach = useCallback(
    (frame: HTMLDivElement) => {
      const opened = tryToOpen(frame, isDark, {
        onHover: setHovered,
        onPick: (id) => hearers.current.onPick(id),
        onExpand: (id) => hearers.current.onExpand(id),
        onDragged: (id, place) => keepPlaces(new Map([[id, place]])),
      })
      if (opened) setPicture(opened)
      else hearers.current.onFailed()
      return () => {
        setPicture(undefined)
        opened?.end()
      }
    },
    [isDark],
  )
  useEffect(() => picture && layOut(picture, graph, layout), [picture, graph, layout, shuffles])

  const marks = useMemo(() => {
    const focus = hovered?.id ?? (path === undefined ? picked : undefined)
    return focus !== undefined && graph.nodes.has(focus) ? marksAround(graph, focus) : path
  }, [graph, hovered, picked, path])
  useEffect(() => picture?.mark(marks), [picture, graph, layout, shuffles, marks])
  useEffect(() => {
    if (path) picture?.lookAt([...path.nodes])
  }, [picture, path])

  const shuffle = () => {
    forgetPlaces()
    setShuffles(shuffles + 1)
    picture?.fit()
  }
  useKeys({ '+': () => picture?.zoom(1.5), '-': () => picture?.zoom(1 / 1.5), f: () => picture?.fit() })
  const node = hovered && graph.nodes.get(hovered.id)
  return (
    <div className="relative min-h-80 min-w-0 grow overflow-hidden">
      <div
        ref={attach}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it is drawn, not loaded
        role="img"
        aria-label={`A picture of ${counted(graph.nodes.size, 'device')} and ${counted(graph.edges.size, 'relationship')}. The list shows the same.`}
        className="absolute inset-0"
      />
      {node ? <HoverCard graph={graph} node={node} at={hovered} /> : null}
      <div className="absolute top-3 left-3 flex flex-col overflow-hidden rounded-lg border bg-surface shadow-sm">
        <Tool label="Zoom in (+)" icon={Plus} onPress={() => picture?.zoom(1.5)} />
        <Tool label="Zoom out (-)" icon={Minus} onPress={() => picture?.zoom(1 / 1.5)} />
        <Tool label="Show everything (f)" icon={Maximize} onPress={() => picture?.fit()} />
        {layout === 'force' ? <Tool label="Lay out anew" icon={Shuffle} onPress={shuffle} /> : null}
      </div>
    </div>
  )
}

/** Undefined where the browser has no WebGL. */
function tryToOpen(frame: HTMLElement, isDark: boolean, hearers: Hearers): Picture | undefined {
  try {
    return openPicture(frame, paletteOf(isDark), hearers)
  } catch {
    return undefined
  }
}

function Tool({ label, icon: Icon, onPress }: { label: string; icon: LucideIcon; onPress(): void }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onPress}
      className="grid size-8 place-items-center border-b text-muted last:border-b-0 hover:bg-sunken hover:text-ink"
    >
      <Icon size={15} aria-hidden />
    </button>
  )
}
