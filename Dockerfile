# One image for both programs: `docker run sluice gateway …`, `docker run sluice sidecar …`.
#
# The base is the multi-architecture index of node:24.21.0-bookworm-slim. Its digest is the one that public repositories
# pin and describe as that index (amd64, arm64) as read from Docker Hub on 2026-10-06 and 2026-10-09, among them
# github.com/Derpsen/MagguuUI-Website (Dockerfile). Renew: docker buildx imagetools inspect node:24-bookworm-slim
ARG NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --workspaces=false --no-audit --no-fund

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --workspaces=false --no-audit --no-fund
COPY . .
RUN node_modules/.bin/tsc -p tsconfig.build.json

FROM ${NODE_IMAGE}
# Nothing installs packages at run time, so nothing should be able to.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-*
WORKDIR /app
ENV NODE_ENV=production
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
USER 65532:65532
EXPOSE 8080 9090 14001 14006 14020
ENTRYPOINT ["node", "dist/cli/main.js"]
