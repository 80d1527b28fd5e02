package io.varve.config;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * The place that the lines of the audit log go to, and no other line: an appender of its own, which
 * writes each line through to the operating system before the request goes on.
 */
final class AuditLogFile implements AutoCloseable {
  private static final String LOGGER = "varve.audit";

  private final Logger logger;
  private final OutputStreamAppender<ILoggingEvent> appender;

  private AuditLogFile(Logger logger, OutputStreamAppender<ILoggingEvent> appender) {
    this.logger = logger;
    this.appender = appender;
  }

  /** Begins to write; throws {@link AccessException} where that cannot be. */
  static AuditLogFile open(AuditProperties properties) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Path file = properties.file();
    OutputStreamAppender<ILoggingEvent> appender =
        file == null ? new ConsoleAppender<>() : rolling(context, file, properties);
    appender.setContext(context);
    appender.setName(LOGGER);
    appender.setEncoder(lines(context));
    appender.start();
    if (!appender.isStarted()) {
      throw new AccessException(
          "The audit log cannot be written to " + file + ".",
          "Set varve.audit.file to a file in a directory that the service may write to, or leave"
              + " it out: then the audit log goes to the standard output.");
    }
    Logger logger = context.getLogger(LOGGER);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO); // whatever the level of the other logs
    logger.addAppender(appender);
    return new AuditLogFile(logger, appender);
  }

  private static RollingFileAppender<ILoggingEvent> rolling(
      LoggerContext context, Path file, AuditProperties properties) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setFile(file.toString());
    SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
    policy.setContext(context);
    policy.setParent(appender);
    policy.setFileNamePattern(file + ".%d{yyyy-MM-dd,UTC}.%i.gz");
    policy.setMaxFileSize(new FileSize(properties.maxFileSize().toBytes()));
    policy.setTotalSizeCap(new FileSize(properties.maxTotalSize().toBytes()));
    policy.setMaxHistory(Integer.MAX_VALUE / 2); // in days: it is the size that limits
    policy.start();
    appender.setRollingPolicy(policy);
    return appender;
  }

  private static PatternLayoutEncoder lines(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern("%msg%n");
    encoder.start();
    return encoder;
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    appender.stop();
  }
}
