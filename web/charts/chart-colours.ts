/** Colours as a canvas reads them. */
export interface ChartColours {
  ink: string
  muted: string
  grid: string
  /** In the order in which lines take them; each can be told from its neighbours by those who see few colours. */
  lines: readonly string[]
}

const light: ChartColours = {
  ink: '#1f2733',
  muted: '#5b6675',
  grid: '#e3e7ec',
  lines: ['#0b6f8c', '#c2570c', '#5b4bc4', '#2f7d32', '#b3246b', '#8a6d00', '#3b6fd1', '#7a4b2a'],
}

const dark: ChartColours = {
  ink: '#e6eaf0',
  muted: '#9aa7b8',
  grid: '#2f3742',
  lines: ['#6fd0ea', '#f59e5b', '#b3a6ff', '#7fd083', '#f48fc0', '#e0c34d', '#8fb6ff', '#d0a07f'],
}

export const chartColours = (isDark: boolean): ChartColours => (isDark ? dark : light)

export const lineColour = ({ lines }: ChartColours, index: number): string => lines[index % lines.length]!

/** How lines are dashed once the colours begin anew, so that no two look the same. */
export const lineDash = ({ lines }: ChartColours, index: number): number[] =>
  [[], [6, 3], [2, 3]][Math.floor(index / lines.length) % 3]!
