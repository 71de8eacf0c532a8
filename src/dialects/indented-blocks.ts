/** A line at the left edge and the indented ones below it, without their indentation. */
export interface Block {
  header: string
  lines: string[]
}

const banner = /^banner (?:motd|login|exec|incoming|prompt-timeout|slip-ppp)\s*(\^C|\S)?(.*)$/

/** Where the text of a banner ends: its delimiter again, or EOF where it has none. */
function endOfBanner(lines: readonly string[], start: number): number {
  const [, delimiter, rest = ''] = banner.exec(lines[start]!) ?? []
  if (delimiter !== undefined && rest.includes(delimiter)) return start
  const isEnd = (line: string) => (delimiter === undefined ? line.trim() === 'EOF' : line.includes(delimiter))
  for (let at = start + 1; at < lines.length; at += 1) if (isEnd(lines[at]!)) return at
  return start
}

/** Blocks of configurations whose structure is their indentation. Comments and the texts of banners are left out. */
export function indentedBlocks(text: string, { banners = true } = {}): Block[] {
  const blocks: Block[] = []
  const lines = text.split('\n').map((line) => line.trimEnd())
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!
    const bare = line.trim()
    if (bare === '' || bare.startsWith('!')) continue
    if (banners && banner.test(line)) at = endOfBanner(lines, at)
    else if (/^\s/.test(line)) blocks.at(-1)?.lines.push(bare)
    else blocks.push({ header: bare, lines: [] })
  }
  return blocks
}

/** Blocks of configurations in which a line of its own with a hash ends each. A line alone is a block too. */
export function hashBlocks(text: string): Block[] {
  const blocks: Block[] = []
  let isOpen = false
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd()
    const bare = line.trim()
    if (line.startsWith('#')) isOpen = false
    if (bare === '' || bare.startsWith('#') || bare.startsWith('!')) continue
    if (isOpen && /^\s/.test(line)) blocks.at(-1)!.lines.push(bare)
    else blocks.push({ header: bare, lines: [] })
    isOpen ||= !/^\s/.test(line)
  }
  return blocks
}
