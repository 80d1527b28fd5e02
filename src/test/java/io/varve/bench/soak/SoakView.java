package io.varve.bench.soak;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads and writes within a transaction. */
interface SoakView {
  @Nullable Stored get(String key);

  List<Stored> scan(Span span);

  void put(String key, String value);

  void delete(String key);
}
