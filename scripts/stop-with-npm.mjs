// `npm start` passes a SIGTERM on to its shell only, which would leave the server running alone.
const npmShell = process.ppid
setInterval(() => {
  if (process.ppid !== npmShell) process.kill(process.pid, 'SIGTERM')
}, 500).unref()
