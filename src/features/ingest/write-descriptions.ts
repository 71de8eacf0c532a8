const packed = 'packed with snappy, as its specification says'
const lines = {
  operationId: 'ingest.writeLines',
  permission: 'metrics.write',
  body: { 'text/plain': 'Lines of InfluxDB’s line protocol, also packed with gzip.' },
  query: { precision: 'What the times count: ns (the default), us, ms, s, m, h.' },
} as const
const lineSummary = 'Send metrics as Telegraf sends them to InfluxDB; 400 names the lines that are wrong.'

/** The routes that other agents write to, as the OpenAPI document tells of them. */
export const writeDescriptions = [
  {
    method: 'POST',
    url: '/api/v1/write',
    operationId: 'ingest.remoteWrite',
    summary:
      'Send metrics as Prometheus does (remote write 1.0 or 2.0); the headers X-Prometheus-Remote-Write-*-Written say how many were taken.',
    permission: 'metrics.write',
    body: {
      'application/x-protobuf': `A prometheus.WriteRequest, ${packed}.`,
      'application/x-protobuf;proto=io.prometheus.write.v2.Request': `An io.prometheus.write.v2.Request, ${packed}.`,
    },
  },
  { method: 'POST', url: '/api/v1/influx/write', summary: lineSummary, ...lines },
  {
    method: 'POST',
    url: '/api/v1/influx/api/v2/write',
    summary: lineSummary,
    ...lines,
    operationId: 'ingest.writeLinesV2',
  },
] as const
