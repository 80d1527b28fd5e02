# The image of Varve, for amd64 and arm64. It is made of the jar:
#
#   ./mvnw -DskipTests package && docker build -t varve .
#
# BUILD_IMAGE has a JDK 25 with jlink, RUNTIME_IMAGE is a Debian or Ubuntu with glibc. docker/base-images makes both
# where no registry can be reached. Plain instructions only, so that every builder reads it, also one without BuildKit.
# See docs/deployment.md, and docker/RATIONALE.md for why it is as it is.
ARG BUILD_IMAGE=eclipse-temurin:25-jdk
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY docker/make-runtime docker/make-application ./
RUN ./make-runtime /opt/java
COPY target/varve-*.jar varve.jar
RUN ./make-application varve.jar /out

FROM ${RUNTIME_IMAGE}
COPY docker/prepare-system /tmp/
RUN /tmp/prepare-system && rm /tmp/prepare-system

ENV LANG=C.UTF-8 \
    JAVA_HOME=/opt/java \
    PATH=/opt/varve/bin:/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    ROCKSDB_SHAREDLIB_DIR=/opt/varve/native \
    SERVER_ADDRESS=0.0.0.0 \
    SPRING_CONFIG_ADDITIONAL_LOCATION=optional:file:/etc/varve/ \
    VARVE_DATA_DIR=/var/lib/varve

# What changes least comes first: the layers of a new version are the last ones.
COPY --from=build /opt/java /opt/java
COPY --from=build /out/native /opt/varve/native
COPY --from=build /out/dependencies /opt/varve
COPY docker/bin /opt/varve/bin
COPY docker/jvm.options /opt/varve/
COPY --from=build /out/application /opt/varve
RUN /opt/varve/bin/train-cache

ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Varve" \
      org.opencontainers.image.description="Transactional multi-version key-value store over HTTP on embedded RocksDB" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

USER 10001:10001
WORKDIR /var/lib/varve
VOLUME /var/lib/varve
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 CMD ["healthcheck"]
ENTRYPOINT ["varve"]
