# syntax=docker/dockerfile:1
# Howdah with its web app inside, run by an unprivileged account. Not built in CI.
#   docker build -t howdah .
#   docker run --read-only --tmpfs /tmp --tmpfs /run/howdah:uid=10001 -v howdah-data:/var/lib/howdah -p 8080:8080 howdah
# By default it starts its own PostgreSQL below /var/lib/howdah; set HOWDAH_DATABASE_URL to manage another server.

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/var/cache/howdah \
    --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo xtask build && cp target/release/howdah /usr/local/bin/howdah

FROM debian:bookworm-slim
# postgresql brings the private cluster and pg_dump; no cluster of the system's own is made.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-common ca-certificates tini \
    && sed -ri 's/^#?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf \
    && apt-get install -y --no-install-recommends postgresql postgresql-contrib \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 howdah \
    && useradd --system --uid 10001 --gid howdah --home-dir /var/lib/howdah --shell /usr/sbin/nologin howdah \
    && install -d -o howdah -g howdah -m 0700 /var/lib/howdah /run/howdah
COPY --from=build /usr/local/bin/howdah /usr/local/bin/howdah
USER howdah
ENV HOWDAH_LISTEN=0.0.0.0:8080 \
    HOWDAH_DATA_DIR=/var/lib/howdah
VOLUME /var/lib/howdah
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/tini", "--", "/usr/local/bin/howdah"]
CMD ["serve"]
