package io.varve.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A soak test that cannot fail proves nothing: between the workers and a right store stands
 * something that spoils one kind of answer, and the run must fail and say why.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class SoakFaultsIT {
  private static final Duration DURATION = Duration.ofSeconds(3);

  @TempDir Path directory;

  /** The first answer of each kind. */
  private final Map<String, Object> earlier = new ConcurrentHashMap<>();

  /** What is spoilt, and the rule that it breaks. */
  enum Fault {
    LOST_UPDATE("lost or doubled update") {
      @Override
      @Nullable Object[] spoiltRequest(Method method, @Nullable Object[] arguments) {
        return withoutWritesOf("/counter/0", method, arguments);
      }
    },
    TORN_TRANSFER("bank total") {
      @Override
      @Nullable Object[] spoiltRequest(Method method, @Nullable Object[] arguments) {
        return withoutWritesOf("/bank/007", method, arguments);
      }
    },
    STALE_READ("revision of a key went back") {
      @Override
      @Nullable Object spoiltAnswer(@Nullable Object answer, @Nullable Object before) {
        return before instanceof Stored old
                && answer instanceof Stored now
                && old.key().equals(now.key())
            ? old
            : answer;
      }
    },
    STALE_SNAPSHOT("stale read") {
      @Override
      @Nullable Object spoiltAnswer(@Nullable Object answer, @Nullable Object before) {
        return answer instanceof Snapshot && before instanceof Snapshot ? before : answer;
      }
    },
    REVISION_BACK("revision of a key went back") {
      @Override
      @Nullable Object spoiltAnswer(@Nullable Object answer, @Nullable Object before) {
        return answer instanceof Stored now && now.key().contains("/blind/")
            ? new Stored(now.key(), now.value(), 1)
            : answer;
      }
    },
    LOST_ACKNOWLEDGED_WRITE("own write not read") {
      @Override
      @Nullable Object spoiltAnswer(@Nullable Object answer, @Nullable Object before) {
        return answer instanceof Snapshot all
            ? new Snapshot(
                all.revision(), all.entries().stream().filter(entry -> !isLost(entry)).toList())
            : answer;
      }

      private static boolean isLost(Stored entry) {
        return entry.key().contains("/own/") && entry.key().endsWith("7");
      }
    };

    private final String rule;

    Fault(String rule) {
      this.rule = rule;
    }

    @Nullable Object[] spoiltRequest(Method method, @Nullable Object[] arguments) {
      return arguments;
    }

    /** {@code before} is an earlier answer of the same method, if there is one. */
    @Nullable Object spoiltAnswer(@Nullable Object answer, @Nullable Object before) {
      return answer;
    }

    @SuppressWarnings("unchecked") // the only argument of execute
    private static @Nullable Object[] withoutWritesOf(
        String key, Method method, @Nullable Object[] arguments) {
      if (!method.getName().equals("execute")) {
        return arguments;
      }
      var work = (Function<SoakView, Object>) Objects.requireNonNull(arguments[0]);
      Function<SoakView, Object> spoilt =
          view -> work.apply(proxy(SoakView.class, (_, each, with) -> put(view, key, each, with)));
      return new Object[] {spoilt};
    }

    private static @Nullable Object put(
        SoakView view, String key, Method method, @Nullable Object[] arguments) throws Throwable {
      boolean isSpoilt =
          method.getName().equals("put") && String.valueOf(arguments[0]).endsWith(key);
      return isSpoilt ? null : invoke(view, method, arguments);
    }
  }

  @ParameterizedTest
  @EnumSource
  void fault_failsTheRun(Fault fault) throws Exception {
    SoakPlan plan = SoakPlan.of(DURATION);
    SoakSettings settings =
        new SoakSettings(DURATION, plan, 4, 20, 1, "soak/", SoakLimits.ONLY_CORRECTNESS);
    SoakResult result;
    try (SoakTarget target = EmbeddedTarget.open(directory, Durability.FLUSH_ONLY, plan)) {
      result = SoakRun.run(settings, spoilt(target, fault), _ -> {}, _ -> {});
    }
    assertThat(result.isPassed()).isFalse();
    assertThat(result.wrongAnswers()).isPositive();
    assertThat(result.wrongDetails()).anyMatch(each -> each.startsWith(fault.rule));
  }

  private SoakTarget spoilt(SoakTarget target, Fault fault) {
    return proxy(
        SoakTarget.class,
        (_, method, arguments) -> {
          Object answer = invoke(target, method, arguments);
          return answer instanceof SoakStore store ? spoilt(store, fault) : answer;
        });
  }

  private SoakStore spoilt(SoakStore store, Fault fault) {
    return proxy(
        SoakStore.class,
        (_, method, arguments) -> {
          Object answer = invoke(store, method, fault.spoiltRequest(method, arguments));
          return switch (answer) {
            case Stored entry -> fault.spoiltAnswer(entry, first(entry.key(), entry));
            case Snapshot snapshot ->
                fault.spoiltAnswer(snapshot, first(spanOf(snapshot), snapshot));
            case null, default -> answer;
          };
        });
  }

  private Object first(String what, Object answer) {
    return Objects.requireNonNull(earlier.computeIfAbsent(what, _ -> answer));
  }

  /** Snapshots of the same keys begin with the same one. */
  private static String spanOf(Snapshot snapshot) {
    return snapshot.entries().isEmpty() ? "" : "from " + snapshot.entries().getFirst().key();
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            SoakFaultsIT.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object invoke(Object target, Method method, @Nullable Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
