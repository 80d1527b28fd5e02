package io.varve.web;

import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.Value;
import io.varve.txn.Comparison;
import io.varve.txn.Condition;
import io.varve.txn.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A one-shot transaction as clients write it. What may be left out is null. */
@Schema(
    description =
        "A transaction in one request: conditions, and what to do if all hold and if not.")
record TxnRequest(
    @Schema(description = "What must hold; left out, it always does.")
        @Nullable List<@Nullable CompareJson> compare,
    @Schema(description = "What to do, in this order, if all of it holds.")
        @Nullable List<@Nullable OperationJson> success,
    @Schema(description = "What to do, in this order, if not.")
        @Nullable List<@Nullable OperationJson> failure,
    @Schema(
            description = "What the client calls the transaction, for conflicts and logs.",
            example = "billing",
            maxLength = 128)
        @Nullable String label) {
  /** A condition: a key and exactly one of the other three. */
  @Schema(
      name = "Compare",
      description = "A condition: a key and exactly one of the other three.",
      minProperties = 2,
      maxProperties = 2)
  record CompareJson(
      @Schema(
              description = "The key.",
              example = "users/42",
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable Bytes key,
      @Schema(description = "Whether it is there.", example = "true") @Nullable Boolean exists,
      @Schema(description = "How the revision that wrote it compares; 0 where it is not there.")
          @Nullable RevisionComparison revision,
      @Schema(description = "How its value compares.") @Nullable ValueComparison value) {
    Condition toCondition(String field) {
      requireOne(field, "exists, revision and value", exists, revision, value);
      Key subject = keyOf(field, key);
      if (exists != null) {
        return new Condition.Exists(subject, exists);
      }
      return revision != null
          ? revision.toCondition(field + ".revision", subject)
          : Objects.requireNonNull(value).toCondition(field + ".value", subject);
    }
  }

  /** Exactly one operator and the revision to compare with. */
  @Schema(
      description = "Exactly one operator and the revision to compare with.",
      minProperties = 1,
      maxProperties = 1)
  record RevisionComparison(
      @Schema(description = "The revision is equal to this.", example = "905") @Nullable Long eq,
      @Schema(description = "The revision is not equal to this.", example = "905")
          @Nullable Long ne,
      @Schema(description = "The revision is less than this.", example = "905") @Nullable Long lt,
      @Schema(description = "The revision is at most this.", example = "905") @Nullable Long le,
      @Schema(description = "The revision is greater than this.", example = "905")
          @Nullable Long gt,
      @Schema(description = "The revision is at least this.", example = "905") @Nullable Long ge) {
    Condition toCondition(String field, Key key) {
      Operand<Long> operand = Operand.only(field, eq, ne, lt, le, gt, ge);
      return new Condition.OfRevision(key, operand.comparison(), operand.value());
    }
  }

  /** Exactly one operator and the value to compare with. */
  @Schema(
      description =
          "Exactly one operator and the value to compare with; bytes are compared unsigned.",
      minProperties = 1,
      maxProperties = 1)
  record ValueComparison(
      @Schema(description = "The value is equal to this.", example = "Ada") @Nullable Bytes eq,
      @Schema(description = "The value is not equal to this.", example = "Ada") @Nullable Bytes ne,
      @Schema(description = "The value is less than this.", example = "Ada") @Nullable Bytes lt,
      @Schema(description = "The value is at most this.", example = "Ada") @Nullable Bytes le,
      @Schema(description = "The value is greater than this.", example = "Ada") @Nullable Bytes gt,
      @Schema(description = "The value is at least this.", example = "Ada") @Nullable Bytes ge) {
    Condition toCondition(String field, Key key) {
      Operand<Bytes> operand = Operand.only(field, eq, ne, lt, le, gt, ge);
      return new Condition.OfValue(key, operand.comparison(), operand.value().toValue(null));
    }
  }

  /** What to compare with, and how. */
  private record Operand<T>(Comparison comparison, T value) {
    /** The one that is given; refuses none and more than one. */
    static <T> Operand<T> only(
        String field,
        @Nullable T eq,
        @Nullable T ne,
        @Nullable T lt,
        @Nullable T le,
        @Nullable T gt,
        @Nullable T ge) {
      requireOne(field, "eq, ne, lt, le, gt and ge", eq, ne, lt, le, gt, ge);
      if (eq != null) {
        return new Operand<>(Comparison.EQ, eq);
      }
      if (ne != null) {
        return new Operand<>(Comparison.NE, ne);
      }
      if (lt != null) {
        return new Operand<>(Comparison.LT, lt);
      }
      if (le != null) {
        return new Operand<>(Comparison.LE, le);
      }
      return gt != null
          ? new Operand<>(Comparison.GT, gt)
          : new Operand<>(Comparison.GE, required(field, ge));
    }
  }

  /** Exactly one of five. */
  @Schema(
      name = "Operation",
      description = "Exactly one of five operations.",
      minProperties = 1,
      maxProperties = 1)
  record OperationJson(
      @Schema(description = "Read a key.") @Nullable KeyJson get,
      @Schema(description = "Write a key.") @Nullable PutJson put,
      @Schema(description = "Delete a key.") @Nullable KeyJson delete,
      @Schema(description = "Read a range.") @Nullable ScanJson scan,
      @Schema(
              description =
                  "Add to a decimal integer in UTF-8; a key that is not there counts as 0.")
          @Nullable AddJson add) {
    /** The operations of a list, which stands in {@code name}; none where it is left out. */
    static List<Operation> toOperations(
        String name, @Nullable List<@Nullable OperationJson> list, WebLimits limits) {
      List<Operation> operations = new ArrayList<>();
      if (list != null) {
        for (OperationJson one : list) {
          String field = name + "[" + operations.size() + "]";
          operations.add(given(field, one).toOperation(field, limits));
        }
      }
      return operations;
    }

    static <T> T given(String field, @Nullable T one) {
      if (one == null) {
        throw StoreErrors.malformed(field, "This must be an object.");
      }
      return one;
    }

    Operation toOperation(String field, WebLimits limits) {
      requireOne(field, "get, put, delete, scan and add", get, put, delete, scan, add);
      if (get != null) {
        return new Operation.Get(keyOf(field + ".get", get.key()));
      }
      if (put != null) {
        return put.toOperation(field + ".put");
      }
      if (delete != null) {
        return new Operation.Delete(keyOf(field + ".delete", delete.key()));
      }
      return scan != null
          ? scan.toOperation(field + ".scan", limits)
          : Objects.requireNonNull(add).toOperation(field + ".add");
    }
  }

  /** A get or a delete. */
  @Schema(name = "KeyOperand", description = "The key of a get or a delete.")
  record KeyJson(
      @Schema(
              description = "The key.",
              example = "users/42",
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable Bytes key) {}

  /** A put. */
  @Schema(name = "Put", description = "A put.")
  record PutJson(
      @Schema(
              description = "The key.",
              example = "users/42",
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable Bytes key,
      @Schema(
              description = "The value.",
              example = "Ada",
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable Bytes value,
      @Schema(
              description = "A content type to store with the value.",
              example = "text/plain",
              maxLength = 255)
          @Nullable String contentType) {
    Operation.Put toOperation(String field) {
      if (contentType != null && !Value.isContentType(contentType)) {
        throw StoreErrors.malformed(
            field + ".contentType",
            "This must be at most "
                + Value.MAX_CONTENT_TYPE_LENGTH
                + " printable ASCII characters.");
      }
      Bytes bytes = required(field + ".value", value);
      return new Operation.Put(keyOf(field, key), bytes.toValue(contentType));
    }
  }

  /** A scan: a prefix, or start and end, or neither for all keys. */
  @Schema(
      name = "Scan",
      description = "A scan: a prefix, or start and end, or neither for all keys.")
  record ScanJson(
      @Schema(description = "Only keys that begin with this; empty, every key.", example = "users/")
          @Nullable Bytes prefix,
      @Schema(description = "The first key of the range, inclusive.", example = "users/10")
          @Nullable Bytes start,
      @Schema(description = "Where the range ends, exclusive.", example = "users/20")
          @Nullable Bytes end,
      @Schema(description = "Entries at most.", example = "100", minimum = "1")
          @Nullable Integer limit,
      @Schema(description = "Read from the last key to the first.", example = "false")
          @Nullable Boolean reverse,
      @Schema(description = "Leave out values and content types.", example = "false")
          @Nullable Boolean keysOnly) {
    Operation toOperation(String field, WebLimits limits) {
      int most = limits.pageEntries();
      int entries = limit == null ? limits.pageEntriesDefault() : limit;
      if (entries < 1 || entries > most) {
        throw StoreErrors.malformed(field + ".limit", "This must be 1 to " + most + ".");
      }
      if (isGiven(prefix) && (isGiven(start) || isGiven(end))) {
        throw StoreErrors.malformed(field + ".prefix", "Give prefix, or start and end, not both.");
      }
      return new Operation.Scan(
          range(field), entries, Boolean.TRUE.equals(reverse), Boolean.TRUE.equals(keysOnly));
    }

    private KeyRange range(String field) {
      Key begin = keyOrNull(prefix);
      if (begin != null) {
        return KeyRange.prefix(begin);
      }
      Key first = keyOrNull(start);
      Key bound = keyOrNull(end);
      try {
        return new KeyRange(first, bound);
      } catch (StoreException e) {
        throw StoreErrors.malformed(field + ".start", e.detail());
      }
    }

    /** As in a query: what is empty bounds nothing. */
    private static @Nullable Key keyOrNull(@Nullable Bytes bytes) {
      return bytes == null || bytes.isEmpty() ? null : bytes.toKey("");
    }

    private static boolean isGiven(@Nullable Bytes bytes) {
      return keyOrNull(bytes) != null;
    }
  }

  /** An addition. */
  @Schema(name = "Add", description = "An addition.")
  record AddJson(
      @Schema(
              description = "The key.",
              example = "counters/visits",
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable Bytes key,
      @Schema(
              description = "What to add; may be negative. Give this or `deltaText`.",
              example = "1")
          @Nullable Long delta,
      @Schema(
              description =
                  "What to add as text, for clients whose numbers are not exact beyond 2^53 - 1.",
              pattern = AddJson.NUMBER,
              example = "1")
          @Nullable String deltaText) {
    private static final String NUMBER = "^-?[0-9]{1,19}$";

    Operation toOperation(String field) {
      Key number = keyOf(field, key);
      if (deltaText == null) {
        return new Operation.Add(number, required(field + ".delta", delta));
      }
      if (delta != null) {
        throw StoreErrors.malformed(field + ".deltaText", "Give delta or deltaText, not both.");
      }
      return new Operation.Add(number, parse(deltaText, field + ".deltaText"));
    }

    private static long parse(String text, String field) {
      try {
        if (text.matches(NUMBER)) {
          return Long.parseLong(text);
        }
      } catch (NumberFormatException _) {
        // Too large.
      }
      throw StoreErrors.malformed(
          field, "This must be the decimal text of an integer of at most 64 bits.");
    }
  }

  static Key keyOf(String field, @Nullable Bytes key) {
    return required(field + ".key", key).toKey(field + ".key");
  }

  private static <T> T required(String field, @Nullable T given) {
    if (given == null) {
      throw StoreErrors.malformed(field, "This field is missing.");
    }
    return given;
  }

  static void requireOne(String field, String names, @Nullable Object... given) {
    int count = 0;
    for (Object one : given) {
      count += one == null ? 0 : 1;
    }
    if (count != 1) {
      throw StoreErrors.malformed(field, "Give exactly one of " + names + ".");
    }
  }
}
