package io.varve.client;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads entries below a path, as the store itself and each transaction have them. */
final class Reads implements EntryReader {
  private final Calls calls;
  private final String base;
  private final @Nullable String point;

  /**
   * Reads below {@code base}.
   *
   * @param point the query parameter of what to read of the past; null for the newest
   */
  Reads(Calls calls, String base, @Nullable String point) {
    this.calls = calls;
    this.base = base;
    this.point = point;
  }

  @Override
  public Optional<VarveEntry> get(VarveKey key) {
    String query = new Targets.Query().addAll(point).toString();
    Answer answer =
        calls.send(Call.read(Targets.key(base, key) + query).expecting(Problem.KEY_NOT_FOUND));
    if (!answer.isSuccess()) {
      return Optional.empty();
    }
    long revision = answer.header("ETag").map(EntityTag::revisionOf).orElse(0L);
    return Optional.of(new VarveEntry(key, answer.value(), revision, answer.storeId()));
  }

  @Override
  public Stream<VarveEntry> scan(Scan scan) {
    return pages(scan, false, (node, answer) -> Json.entry(node, answer.storeId()));
  }

  @Override
  public Stream<VarveKey> keys(Scan scan) {
    return pages(scan, true, (node, _) -> Json.keyOfEntry(node));
  }

  /** Makes an entry, or a key, of what an answer holds. */
  private interface Item<T> {
    T of(JsonNode node, Answer answer);
  }

  private <T> Stream<T> pages(Scan scan, boolean keysOnly, Item<T> item) {
    Function<@Nullable String, Json.Page<T>> fetch =
        token -> {
          Targets.Query query =
              token == null
                  ? Targets.scan(scan, point)
                  : new Targets.Query().add("pageToken", token);
          query.addNumber("limit", scan.pageSize()).addFlag("keysOnly", keysOnly);
          Answer answer = calls.send(Call.read(base + "/entries" + query));
          return answer.read(page -> Json.page(page, node -> item.of(node, answer)));
        };
    return new PageIterator<>(fetch).stream();
  }
}
