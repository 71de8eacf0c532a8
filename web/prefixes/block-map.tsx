import { useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { counted } from '../format.ts'
import { Panel } from '../ui/page.tsx'
import { CellGrid } from './cell-grid.tsx'
import { prefixParams } from './prefix-link.tsx'
import type { PrefixDetail } from './prefix-types.ts'
import { blockLabel, fullness, usedWords } from './prefix-words.ts'

type Block = PrefixDetail['blocks'][number]

const wordsOf = ({ prefix, conflicts, ...usage }: Block): string =>
  `${prefix}: ${usage.used === 0 ? 'nothing used' : usedWords(usage)}${conflicts === 0 ? '' : `, ${counted(conflicts, 'conflict')}`}`

/** Where a large prefix is full: its equal parts, each as full as its colour stands high. */
export function BlockMap({ prefix, vrf, blocks }: Pick<PrefixDetail, 'prefix' | 'vrf' | 'blocks'>) {
  const navigate = useNavigate()
  const [selected, setSelected] = useState(0)
  const length = blocks[0]!.prefix.split('/')[1]
  const open = (index: number) =>
    void navigate({
      to: '/prefixes/$address/$length',
      params: prefixParams(blocks[index]!.prefix),
      search: vrf === '' ? {} : { vrf },
    })
  return (
    <Panel title={`Map of /${length} blocks`}>
      <div className="flex flex-col gap-2 p-3 sm:p-4">
        <CellGrid
          label={`Parts of ${prefix}`}
          selected={selected}
          onSelect={setSelected}
          onOpen={open}
          cells={blocks.map((block) => ({
            key: block.prefix,
            words: wordsOf(block),
            className:
              block.conflicts > 0
                ? 'border-2 border-bad font-bold'
                : block.used > 0
                  ? 'border-accent font-medium'
                  : 'border-line text-muted',
            content: <Level block={block} />,
          }))}
        />
        <p className="text-xs text-muted">
          {counted(blocks.filter(({ used }) => used > 0).length, 'block')} of {blocks.length} in use; the
          higher the colour, the fuller. A mark (!) stands for conflicts. Choose one to look into it.
        </p>
      </div>
    </Panel>
  )
}

function Level({ block }: { block: Block }) {
  const share = fullness(block) ?? (block.used > 0 ? 15 : 0)
  return (
    <>
      <span
        className="absolute inset-x-0 bottom-0 bg-accent-soft"
        style={{ height: `${share === 0 ? 0 : Math.max(15, share)}%` }}
        aria-hidden
      />
      <span className="relative">
        {blockLabel(block.prefix)}
        {block.conflicts > 0 ? '!' : ''}
      </span>
    </>
  )
}
