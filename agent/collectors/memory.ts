import { freemem, totalmem } from 'node:os'
import type { Collector, Tools } from '#agent/collector.ts'

const mebibyte = 1_048_576

/** Memory in use is what is not available: caches that the system gives back count as free. */
export function memoryCollector({ files }: Tools): Collector {
  return {
    name: 'memory',
    timeout: 5_000,
    async collect() {
      const text = await files.text('/proc/meminfo')
      const arc = await files.text('/proc/spl/kstat/zfs/arcstats')
      const { total, available } = (text === undefined ? undefined : parseMeminfo(text, arc)) ?? {
        total: totalmem(),
        available: freemem(),
      }
      const used = total - available
      return {
        metrics: {
          memory_percent: Math.round((used / total) * 1000) / 10,
          memory_total_mb: Math.round(total / mebibyte),
          memory_used_mb: Math.round(used / mebibyte),
        },
      }
    },
  }
}

/** Bytes by /proc/meminfo; ZFS gives its cache back too but is not counted there. */
export function parseMeminfo(text: string, arc?: string): { total: number; available: number } | undefined {
  const value = (name: string): number | undefined => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]
    return found === undefined ? undefined : Number(found) * 1024
  }
  const total = value('MemTotal')
  if (total === undefined || total === 0) return undefined
  // Kernels before 3.14 have no estimate of their own.
  const estimate = (value('MemFree') ?? 0) + (value('Buffers') ?? 0) + (value('Cached') ?? 0)
  const available = (value('MemAvailable') ?? estimate) + spareOfArc(arc)
  return { total, available: Math.min(total, available) }
}

function spareOfArc(arc = ''): number {
  const value = (name: string) => Number(new RegExp(`^${name}\\s+\\d+\\s+(\\d+)$`, 'm').exec(arc)?.[1] ?? 0)
  return Math.max(0, value('size') - value('c_min'))
}
