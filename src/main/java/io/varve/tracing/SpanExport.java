package io.varve.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends spans to a collector, in a thread of its own. */
public final class SpanExport implements AutoCloseable {
  /*
   * A request leaves its spans in a queue and goes on. Where the collector is away or too slow the queue is
   * full, and spans are dropped: the service is worth more than its traces. The library logs failures, at most
   * a few a minute.
   */
  private static final Logger log = LoggerFactory.getLogger(SpanExport.class);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(10);

  /** How old a span may become in the queue. */
  private static final Duration DELAY = Duration.ofSeconds(1);

  /** Spans that wait; some 3 MB. */
  private static final int QUEUE = 2048;

  private static final int BATCH = 512;

  /** A stopping server has more important things to wait for. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

  private final SdkTracerProvider provider;

  /**
   * Connects when there is something to send.
   *
   * @param endpoint takes OTLP over HTTP
   * @param sampling part of the traces begun here that is kept; of one begun elsewhere its beginner
   *     decides
   * @param version of this program
   */
  public SpanExport(String endpoint, double sampling, String version) {
    var exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint)
            .setConnectTimeout(CONNECT_TIMEOUT)
            .setTimeout(EXPORT_TIMEOUT)
            .setCompression("gzip")
            .build();
    var batches =
        BatchSpanProcessor.builder(exporter)
            .setScheduleDelay(DELAY)
            .setMaxQueueSize(QUEUE)
            .setMaxExportBatchSize(BATCH)
            .setExporterTimeout(EXPORT_TIMEOUT)
            .build();
    this.provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.getDefault()
                    .merge(
                        Resource.create(
                            Attributes.builder()
                                .put("service.name", "varve")
                                .put("service.version", version)
                                .build())))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(sampling)))
            .addSpanProcessor(batches)
            .build();
  }

  io.opentelemetry.api.trace.Tracer tracer() {
    return provider.get("io.varve");
  }

  /** Sends what is left, if that can be done soon. */
  @Override
  public void close() {
    if (!provider.shutdown().join(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).isSuccess()) {
      log.warn("The last spans could not be sent.");
    }
  }
}
