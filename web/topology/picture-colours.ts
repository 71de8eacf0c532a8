/** Colours as WebGL reads them; on a light and on a dark ground each kind of thing looks the same. */
export interface Palette {
  ink: string
  ground: string
  line: string
  accent: string
  bad: string
  types: Readonly<Record<string, string>>
}

const light: Palette = {
  ink: '#1f2733',
  ground: '#ffffff',
  line: '#8a97a8',
  accent: '#0b6f8c',
  bad: '#c8322f',
  types: {
    network_device: '#0d7c8f',
    server: '#2f5fb3',
    vm: '#7ea6e0',
    container: '#a08bd8',
    cluster: '#6a3fb0',
    storage: '#b9770e',
    workstation: '#4f8f4a',
    phone: '#8bab52',
    iot: '#b06a8c',
    unknown: '#8792a0',
  },
}

const dark: Palette = {
  ink: '#e6eaf0',
  ground: '#1c2128',
  line: '#7d8b9d',
  accent: '#6fd0ea',
  bad: '#ff8a80',
  types: {
    network_device: '#3fc1d4',
    server: '#6c9bf0',
    vm: '#9dc0f5',
    container: '#b9a7f0',
    cluster: '#c08cff',
    storage: '#f0b04a',
    workstation: '#7cc576',
    phone: '#b5cf7c',
    iot: '#e094b8',
    unknown: '#8b97a6',
  },
}

export const paletteOf = (isDark: boolean): Palette => (isDark ? dark : light)

/** A volume has the colour of storage. */
export const typeColour = ({ types }: Palette, kind: 'device' | 'volume', type: string): string =>
  (kind === 'volume' ? types['storage'] : types[type]) ?? types['unknown']!

export type Shape = 'circle' | 'square' | 'triangle' | 'diamond'

const shapes: Readonly<Record<string, Shape>> = {
  network_device: 'square',
  storage: 'diamond',
  cluster: 'triangle',
}

/** Colour is not all that tells kinds apart. */
export const typeShape = (kind: 'device' | 'volume', type: string): Shape =>
  kind === 'volume' ? 'diamond' : (shapes[type] ?? 'circle')

/** A dash that no line is longer than. */
export const whole = 100_000

/** How lines of a kind are drawn: width, and dashes and gaps in pixels. */
export const lineLooks = {
  connects_to: { size: 2, dash: whole, gap: 1 },
  hosts: { size: 1.3, dash: whole, gap: 1 },
  manages: { size: 1.3, dash: 6, gap: 4 },
  backs_up: { size: 1.3, dash: 2, gap: 4 },
  owns: { size: 1.6, dash: 6, gap: 4 },
  uses: { size: 1.6, dash: 6, gap: 4 },
  cut_from: { size: 1.6, dash: 6, gap: 4 },
  lies_on: { size: 1.6, dash: 6, gap: 4 },
} as const
