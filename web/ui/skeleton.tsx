/** Grey lines where content will be. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  return (
    <output aria-label="Loading" className="flex flex-col gap-3 p-4">
      {Array.from({ length: lines }, (_, index) => (
        <div
          key={index}
          className="h-3.5 animate-pulse rounded bg-sunken"
          style={{ width: `${92 - ((index * 23) % 45)}%` }}
        />
      ))}
    </output>
  )
}
