// Runs before the first paint, so that a dark page does not flash white.
;(() => {
  let choice = 'system'
  try {
    choice = localStorage.getItem('rollcall-theme') ?? 'system'
  } catch {
    // Storage may be forbidden; the system's choice is used.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
