package io.varve.txn;

import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.StoreErrors;
import io.varve.model.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A transaction in one piece: if all conditions hold it does one list of operations, else the
 * other. Reads see the writes before them in the list. Plain data; {@link #run} may be called more
 * than once.
 *
 * @param conditions all of them must hold; none always do
 * @param success what to do if they hold
 * @param failure what to do if not
 * @param limits bounds of what it reads
 */
public record OneShot(
    List<Condition> conditions, List<Operation> success, List<Operation> failure, Limits limits) {
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,19}");

  /**
   * How much a one-shot transaction may read.
   *
   * @param scanBytes bytes of keys and values after which a scan ends
   * @param resultBytes bytes of keys and values in all results together
   * @param meter is told of bytes as they are read, and may throw
   */
  public record Limits(long scanBytes, long resultBytes, LongConsumer meter) {
    /** Bounds without a meter. */
    public Limits(long scanBytes, long resultBytes) {
      this(scanBytes, resultBytes, _ -> {});
    }
  }

  /**
   * What it did.
   *
   * @param succeeded whether the conditions held
   * @param outcomes one for each operation of the list that was done
   */
  public record Result(boolean succeeded, List<Outcome> outcomes) {}

  /**
   * Compares, and does one of the lists. Throws NOT_A_NUMBER, TRANSACTION_TOO_LARGE and what the
   * view throws.
   */
  public Result run(WriteView view) {
    boolean holds = true;
    for (Condition condition : conditions) {
      holds = holds && condition.holds(view.get(condition.key()));
    }
    Run run = new Run(view, limits);
    List<Outcome> outcomes = new ArrayList<>();
    for (Operation operation : holds ? success : failure) {
      outcomes.add(run.apply(operation));
    }
    return new Result(holds, outcomes);
  }

  /** One run: the view, and how much of the result is used up. */
  private static final class Run {
    private final WriteView view;
    private final Limits limits;
    private long resultBytes;

    Run(WriteView view, Limits limits) {
      this.view = view;
      this.limits = limits;
    }

    Outcome apply(Operation operation) {
      return switch (operation) {
        case Operation.Get get -> new Outcome.Got(counted(view.get(get.key())));
        case Operation.Put put -> {
          view.put(put.key(), put.value());
          yield new Outcome.Written();
        }
        case Operation.Delete delete -> delete(delete.key());
        case Operation.Scan scan -> scan(scan);
        case Operation.Add add -> add(add.key(), add.delta());
      };
    }

    private Outcome delete(Key key) {
      boolean existed = view.get(key) != null;
      view.delete(key); // of nothing too: it conflicts with a put
      return new Outcome.Deleted(existed);
    }

    private Outcome scan(Operation.Scan scan) {
      ScanPage page =
          view.scan(
              scan.range(),
              new ScanOptions(scan.limit(), limits.scanBytes(), scan.reverse(), scan.keysOnly()));
      page.entries().forEach(this::counted);
      return new Outcome.Scanned(page.entries(), page.rest() != null);
    }

    private Outcome add(Key key, long delta) {
      Entry entry = view.get(key);
      long sum;
      try {
        sum = Math.addExact(entry == null ? 0 : number(key, entry.value()), delta);
      } catch (ArithmeticException _) {
        throw StoreErrors.notANumber(key, "plus this delta does not fit 64 bits.");
      }
      byte[] text = Long.toString(sum).getBytes(StandardCharsets.US_ASCII);
      String contentType = entry == null ? null : entry.value().contentType();
      view.put(key, Value.wrap(text, contentType));
      return new Outcome.Added(sum);
    }

    private static long number(Key key, Value value) {
      String text = value.utf8();
      if (text == null || !DECIMAL.matcher(text).matches()) {
        throw StoreErrors.notANumber(key, "does not hold a decimal integer.");
      }
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException _) {
        throw StoreErrors.notANumber(key, "holds an integer that does not fit 64 bits.");
      }
    }

    private @Nullable Entry counted(@Nullable Entry entry) {
      if (entry != null) {
        long bytes = (long) entry.key().length() + entry.value().length();
        limits.meter().accept(bytes);
        resultBytes += bytes;
        if (resultBytes > limits.resultBytes()) {
          throw StoreErrors.tooLarge(
              ErrorCode.TRANSACTION_TOO_LARGE,
              "The result",
              "bytes large",
              limits.resultBytes(),
              resultBytes);
        }
      }
      return entry;
    }
  }
}
