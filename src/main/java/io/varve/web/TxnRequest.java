package io.varve.web;

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

/**
 * A one-shot transaction as clients write it. What may be left out is null.
 *
 * @param compare what must hold
 * @param success what to do if it does
 * @param failure what to do if not
 * @param label what the client calls it
 */
record TxnRequest(
    @Nullable List<@Nullable CompareJson> compare,
    @Nullable List<@Nullable OperationJson> success,
    @Nullable List<@Nullable OperationJson> failure,
    @Nullable String label) {
  /**
   * A condition: a key and exactly one of the other three.
   *
   * @param key the key
   * @param exists whether it is there
   * @param revision how the revision that wrote it compares
   * @param value how its value compares
   */
  record CompareJson(
      @Nullable Bytes key,
      @Nullable Boolean exists,
      @Nullable RevisionComparison revision,
      @Nullable ValueComparison value) {
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
  record RevisionComparison(
      @Nullable Long eq,
      @Nullable Long ne,
      @Nullable Long lt,
      @Nullable Long le,
      @Nullable Long gt,
      @Nullable Long ge) {
    Condition toCondition(String field, Key key) {
      Operand<Long> operand = Operand.only(field, eq, ne, lt, le, gt, ge);
      return new Condition.OfRevision(key, operand.comparison(), operand.value());
    }
  }

  /** Exactly one operator and the value to compare with. */
  record ValueComparison(
      @Nullable Bytes eq,
      @Nullable Bytes ne,
      @Nullable Bytes lt,
      @Nullable Bytes le,
      @Nullable Bytes gt,
      @Nullable Bytes ge) {
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
  record OperationJson(
      @Nullable KeyJson get,
      @Nullable PutJson put,
      @Nullable KeyJson delete,
      @Nullable ScanJson scan,
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
  record KeyJson(@Nullable Bytes key) {}

  /** A put. */
  record PutJson(@Nullable Bytes key, @Nullable Bytes value, @Nullable String contentType) {
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
  record ScanJson(
      @Nullable Bytes prefix,
      @Nullable Bytes start,
      @Nullable Bytes end,
      @Nullable Integer limit,
      @Nullable Boolean reverse,
      @Nullable Boolean keysOnly) {
    Operation toOperation(String field, WebLimits limits) {
      int most = limits.pageEntries();
      int entries = limit == null ? limits.pageEntriesDefault() : limit;
      if (entries < 1 || entries > most) {
        throw StoreErrors.malformed(field + ".limit", "This must be 1 to " + most + ".");
      }
      if (prefix != null && (start != null || end != null)) {
        throw StoreErrors.malformed(field + ".prefix", "Give prefix, or start and end, not both.");
      }
      return new Operation.Scan(range(field), entries, Boolean.TRUE.equals(reverse));
    }

    private KeyRange range(String field) {
      if (prefix != null) {
        return KeyRange.prefix(prefix.toKey(field + ".prefix"));
      }
      Key first = start == null ? null : start.toKey(field + ".start");
      Key bound = end == null ? null : end.toKey(field + ".end");
      try {
        return new KeyRange(first, bound);
      } catch (StoreException e) {
        throw StoreErrors.malformed(field + ".start", e.detail());
      }
    }
  }

  /** An addition. */
  record AddJson(@Nullable Bytes key, @Nullable Long delta) {
    Operation toOperation(String field) {
      return new Operation.Add(keyOf(field, key), required(field + ".delta", delta));
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
