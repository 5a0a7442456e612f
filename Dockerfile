# One image for every role; ROLES chooses (docker-compose.yml). Without ROLES it runs all of them under a supervisor.

FROM node:20-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY core/package.json core/
COPY store/package.json store/
COPY broker/package.json broker/
COPY ingest/package.json ingest/
COPY notify/package.json notify/
COPY api/package.json api/
COPY web/package.json web/
COPY simulators/package.json simulators/
COPY platform/package.json platform/
COPY tests/package.json tests/
RUN npm ci --include=dev
COPY . .
RUN npm run build

FROM node:20-bookworm-slim
ENV NODE_ENV=production PARK_DATA_DIR=/data PARK_DEMO=0
RUN mkdir /data && chown node:node /data
COPY --from=build /src/dist /app
USER node
WORKDIR /app
VOLUME /data
# Web page and API, MQTT, MQTT over WebSocket, MQTT over TLS, HJ 212.
EXPOSE 8080 1883 8083 8883 9212
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/app/healthcheck.mjs"]
CMD ["node", "--enable-source-maps", "/app/main.js"]
