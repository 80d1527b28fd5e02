package io.varve.mvcc;

import io.varve.model.LostRange;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreId;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the {@code meta} column family. Names are ASCII; integers are big-endian.
 *
 * <pre>
 * format                                  | version, 4 bytes |
 * store-id                                | 16 hexadecimal digits, ASCII |
 * ceiling                                 | highest reserved revision, 8 bytes | 1 if commits become
 *                                           visible before they are durable, else 0; 1 byte |
 * pruned-to                               | revision, 8 bytes |
 * secret                                  | bytes that only this store knows |
 * retention                               | keep-versions, 4 bytes | keep-age in ms, 8 bytes |
 * full-prune                              | the same two | 1 if a snapshot held something back in
 *                                           this pass, else 0; 1 byte | versions row to go on from |
 * lost/    first revision - 1, 8 bytes    | last revision, 8 bytes |
 * lost-times/ first revision - 1, 8 bytes | up to when nothing is missing, ms, 8 bytes | when the
 *                                           store was opened without them, ms, 8 bytes |
 * segment/ last revision, 8 bytes         | bytes of log records, 8 bytes | last commit time, ms, 8 |
 * time/    second since 1970, 8 bytes     | last revision of that second, 8 bytes |
 * </pre>
 *
 * <p>The rows of outcomes belong to {@link OutcomeTable}, those of holds to {@link HoldCodec}.
 *
 * <p>Every write is synced. Thread-safe: it keeps no state of its own.
 */
final class StoreMeta {
  /** The format that this program writes. */
  static final int FORMAT = 2;

  /** Lacks only outcomes, so it is read as it is and from then on has the new number. */
  private static final int FORMAT_WITHOUT_OUTCOMES = 1;

  private static final byte[] FORMAT_KEY = ascii("format");
  private static final byte[] STORE_ID_KEY = ascii("store-id");
  private static final byte[] SECRET_KEY = ascii("secret");
  private static final byte[] CEILING_KEY = ascii("ceiling");
  private static final byte[] PRUNED_TO_KEY = ascii("pruned-to");
  private static final byte[] RETENTION_KEY = ascii("retention");
  private static final byte[] FULL_PRUNE_KEY = ascii("full-prune");

  /** Of a loss that no start has noted the time of yet: until the end of all times. */
  static final long NEVER_OPENED = Long.MAX_VALUE;

  private static final byte[] LOST_PREFIX = ascii("lost/");
  private static final byte[] LOST_TIMES_PREFIX = ascii("lost-times/");
  private static final byte[] SEGMENT_PREFIX = ascii("segment/");
  private static final byte[] TIME_PREFIX = ascii("time/");

  private static final int RETENTION_BYTES = Integer.BYTES + Long.BYTES;

  private final StorageService storage;

  StoreMeta(StorageService storage) {
    this.storage = storage;
  }

  /**
   * The highest revision that may have been handed out.
   *
   * @param revision the ceiling
   * @param visibleEarly whether commits below it may have been seen before they were durable
   */
  record Ceiling(long revision, boolean visibleEarly) {}

  /**
   * A stretch of the log, as one flush left it.
   *
   * @param lastRevision its last revision
   * @param bytes of its records
   * @param lastTimeMs commit time of its last record
   */
  record Segment(long lastRevision, long bytes, long lastTimeMs) {}

  /**
   * A full prune that is under way.
   *
   * @param retention the rule it applies
   * @param anyDeferred whether a snapshot held something back in this pass
   * @param next the {@code versions} row to go on from
   */
  @SuppressWarnings("ArrayRecordComponent") // a position, never compared
  record FullPrune(Retention retention, boolean anyDeferred, byte[] next) {
    static FullPrune start(Retention retention) {
      return new FullPrune(retention, false, VersionedKeyCodec.FIRST_VERSION);
    }

    boolean isAtStart() {
      return Arrays.equals(next, VersionedKeyCodec.FIRST_VERSION);
    }
  }

  /** Creates the rows of a new store, or checks those of an old one; the store id. */
  StoreId openOrCreate(StoreId idOfNewStore) {
    byte[] format = get(FORMAT_KEY);
    byte[] id = get(STORE_ID_KEY);
    if (format == null && id == null) {
      StorageBatch rows = new StorageBatch();
      putFormat(rows);
      put(rows, STORE_ID_KEY, ascii(idOfNewStore.text()));
      write(rows);
      return idOfNewStore;
    }
    int found = format == null ? 0 : fields("format", format, Integer.BYTES).getInt();
    if (id == null || (found != FORMAT && found != FORMAT_WITHOUT_OUTCOMES)) {
      throw StoreErrors.unknownFormat(Integer.toString(found), Integer.toString(FORMAT));
    }
    if (found != FORMAT) {
      write(putFormat(new StorageBatch()));
    }
    return sound("store-id", () -> new StoreId(new String(id, StandardCharsets.US_ASCII)));
  }

  private static StorageBatch putFormat(StorageBatch rows) {
    return put(rows, FORMAT_KEY, ByteBuffer.allocate(Integer.BYTES).putInt(FORMAT).array());
  }

  /** Writes what is there already, to see whether that can be done. */
  void probe() {
    write(putFormat(new StorageBatch()));
  }

  byte @Nullable [] secret() {
    return get(SECRET_KEY);
  }

  void writeSecret(byte[] secret) {
    write(put(new StorageBatch(), SECRET_KEY, secret));
  }

  Ceiling ceiling() {
    byte[] row = get(CEILING_KEY);
    if (row == null) {
      return new Ceiling(0, false);
    }
    ByteBuffer fields = fields("ceiling", row, Long.BYTES + 1);
    return new Ceiling(revision("ceiling", fields.getLong()).value(), fields.get() == 1);
  }

  void writeCeiling(Ceiling ceiling) {
    write(putCeiling(new StorageBatch(), ceiling));
  }

  private static StorageBatch putCeiling(StorageBatch rows, Ceiling ceiling) {
    ByteBuffer row = ByteBuffer.allocate(Long.BYTES + 1);
    row.putLong(ceiling.revision()).put((byte) (ceiling.visibleEarly() ? 1 : 0));
    return put(rows, CEILING_KEY, row.array());
  }

  /**
   * Makes these the rows of another store, which goes on from an older state: what lies in {@code
   * gone} was committed by the store before, or may have been. One batch.
   */
  void beginAnew(StoreId id, LostRange gone, long sinceMs) {
    StorageBatch rows = new StorageBatch();
    put(rows, STORE_ID_KEY, ascii(id.text()));
    putCeiling(rows, new Ceiling(gone.upTo().value(), false));
    rows.delete(ColumnFamily.META, SECRET_KEY); // whatever was signed with it was of another store
    if (gone.upTo().compareTo(gone.above()) > 0) {
      putLostRange(rows, gone, sinceMs);
    }
    for (Segment segment : segments()) {
      if (gone.contains(segment.lastRevision())) {
        rows.delete(ColumnFamily.META, numbered(SEGMENT_PREFIX, segment.lastRevision()));
      }
    }
    TimeRow newest = timeRowAtOrBefore(Long.MAX_VALUE);
    while (newest != null && gone.contains(newest.revision())) {
      rows.delete(ColumnFamily.META, numbered(TIME_PREFIX, newest.second()));
      newest = timeRowAtOrBefore(newest.second() - 1);
    }
    write(rows);
  }

  long prunedTo() {
    return VersionedKeyCodec.revisionOf(get(PRUNED_TO_KEY));
  }

  void writePrunedTo(long revision) {
    write(put(new StorageBatch(), PRUNED_TO_KEY, longs(revision)));
  }

  @Nullable Retention retention() {
    byte[] row = get(RETENTION_KEY);
    return row == null ? null : retention(fields("retention", row, RETENTION_BYTES));
  }

  void writeRetention(Retention retention) {
    ByteBuffer row = putRetention(ByteBuffer.allocate(RETENTION_BYTES), retention);
    write(put(new StorageBatch(), RETENTION_KEY, row.array()));
  }

  @Nullable FullPrune fullPrune() {
    byte[] row = get(FULL_PRUNE_KEY);
    if (row == null) {
      return null;
    }
    ByteBuffer fields = fields("full-prune", row, Math.max(row.length, RETENTION_BYTES + 1));
    Retention retention = retention(fields);
    boolean anyDeferred = fields.get() == 1;
    byte[] next = new byte[fields.remaining()];
    fields.get(next);
    return new FullPrune(retention, anyDeferred, next);
  }

  void writeFullPrune(FullPrune progress) {
    ByteBuffer row =
        putRetention(
            ByteBuffer.allocate(RETENTION_BYTES + 1 + progress.next().length),
            progress.retention());
    row.put((byte) (progress.anyDeferred() ? 1 : 0)).put(progress.next());
    write(put(new StorageBatch(), FULL_PRUNE_KEY, row.array()));
  }

  void endFullPrune() {
    write(new StorageBatch().delete(ColumnFamily.META, FULL_PRUNE_KEY));
  }

  List<LostRange> lostRanges() {
    List<LostRange> ranges = new ArrayList<>();
    try (StorageIterator rows = storage.iterate(ColumnFamily.META)) {
      for (rows.seek(LOST_PREFIX); hasPrefix(rows, LOST_PREFIX); rows.next()) {
        ranges.add(
            new LostRange(
                revision("lost", numberAfter(LOST_PREFIX, rows.key())),
                revision("lost", fields("lost", rows.value(), Long.BYTES).getLong())));
      }
    }
    return List.copyOf(ranges);
  }

  /**
   * Notes a loss; one that is known already, since nothing was committed after it, stays as it is.
   */
  void writeLostRange(LostRange range) {
    if (!lostRanges().contains(range)) {
      write(putLostRange(new StorageBatch(), range, 0));
    }
  }

  /**
   * The times of a loss, in ms since 1970.
   *
   * @param sinceMs up to here nothing is missing
   * @param untilMs when the store was first opened without it, or {@link #NEVER_OPENED}
   */
  record LossTimes(long sinceMs, long untilMs) {}

  LossTimes lossTimes(LostRange range) {
    byte[] row = get(numbered(LOST_TIMES_PREFIX, range.above().value()));
    if (row == null) {
      return new LossTimes(0, NEVER_OPENED);
    }
    ByteBuffer fields = fields("lost-times", row, 2 * Long.BYTES);
    return new LossTimes(fields.getLong(), fields.getLong());
  }

  void writeLossTimes(LostRange range, LossTimes times) {
    write(putLossTimes(new StorageBatch(), range, times));
  }

  private static StorageBatch putLossTimes(StorageBatch rows, LostRange range, LossTimes times) {
    byte[] name = numbered(LOST_TIMES_PREFIX, range.above().value());
    return put(rows, name, longs(times.sinceMs(), times.untilMs()));
  }

  private static StorageBatch putLostRange(StorageBatch rows, LostRange range, long sinceMs) {
    putLossTimes(rows, range, new LossTimes(sinceMs, NEVER_OPENED));
    return put(rows, numbered(LOST_PREFIX, range.above().value()), longs(range.upTo().value()));
  }

  List<Segment> segments() {
    List<Segment> segments = new ArrayList<>();
    try (StorageIterator rows = storage.iterate(ColumnFamily.META)) {
      for (rows.seek(SEGMENT_PREFIX); hasPrefix(rows, SEGMENT_PREFIX); rows.next()) {
        ByteBuffer fields = fields("segment", rows.value(), 2 * Long.BYTES);
        long last = revision("segment", numberAfter(SEGMENT_PREFIX, rows.key())).value();
        segments.add(new Segment(last, fields.getLong(), fields.getLong()));
      }
    }
    return segments;
  }

  /** Adds the segment and the time index of a generation to {@code rows}. */
  static void addFlushed(StorageBatch rows, OverlayGeneration generation, long logBytes) {
    AppendList<Commit> commits = generation.commits();
    int last = commits.size() - 1;
    for (int i = 0; i <= last; i++) {
      long second = Math.floorDiv(commits.get(i).timeMs(), 1000L);
      boolean lastOfSecond =
          i == last || Math.floorDiv(commits.get(i + 1).timeMs(), 1000L) > second;
      if (lastOfSecond) {
        put(rows, numbered(TIME_PREFIX, second), longs(commits.get(i).revision()));
      }
    }
    Commit newest = commits.get(last);
    putSegment(rows, new Segment(newest.revision(), logBytes, newest.timeMs()));
  }

  /** Removes the rows of {@code gone}, and writes that of {@code cut} anew. One batch. */
  void trimSegments(List<Segment> gone, @Nullable Segment cut) {
    StorageBatch rows = new StorageBatch();
    for (Segment segment : gone) {
      rows.delete(ColumnFamily.META, numbered(SEGMENT_PREFIX, segment.lastRevision()));
    }
    if (cut != null) {
      putSegment(rows, cut);
    }
    write(rows);
  }

  private static void putSegment(StorageBatch rows, Segment segment) {
    byte[] row = longs(segment.bytes(), segment.lastTimeMs());
    put(rows, numbered(SEGMENT_PREFIX, segment.lastRevision()), row);
  }

  /** The last revision of the last second at or before {@code second} with commits; 0 if none. */
  long lastRevisionOfSecond(long second) {
    TimeRow row = timeRowAtOrBefore(second);
    return row == null ? 0 : row.revision();
  }

  /** The second in which {@code revision} was committed, by the time index; 0 if unknown. */
  long secondOf(long revision) {
    long low = 0;
    TimeRow newest = timeRowAtOrBefore(Long.MAX_VALUE);
    if (newest == null || newest.revision() < revision) {
      return 0;
    }
    long high = newest.second();
    while (low < high) {
      long middle = (low + high) >>> 1;
      TimeRow row = timeRowAtOrBefore(middle);
      if (row != null && row.revision() >= revision) {
        high = row.second();
      } else {
        low = middle + 1;
      }
    }
    return high;
  }

  private record TimeRow(long second, long revision) {}

  private @Nullable TimeRow timeRowAtOrBefore(long second) {
    if (second < 0) {
      return null; // its row would sort above all others
    }
    try (StorageIterator rows = storage.iterate(ColumnFamily.META)) {
      rows.seekForPrev(numbered(TIME_PREFIX, second));
      if (!hasPrefix(rows, TIME_PREFIX)) {
        return null;
      }
      long last = fields("time", rows.value(), Long.BYTES).getLong();
      return new TimeRow(numberAfter(TIME_PREFIX, rows.key()), revision("time", last).value());
    }
  }

  void write(StorageBatch rows) {
    if (!rows.isEmpty()) {
      storage.write(rows, WriteSync.SYNCED);
    }
  }

  private byte @Nullable [] get(byte[] key) {
    return storage.get(ColumnFamily.META, key);
  }

  private static StorageBatch put(StorageBatch rows, byte[] key, byte[] row) {
    return rows.put(ColumnFamily.META, key, row);
  }

  private static byte[] longs(long... fields) {
    ByteBuffer row = ByteBuffer.allocate(fields.length * Long.BYTES);
    for (long field : fields) {
      row.putLong(field);
    }
    return row.array();
  }

  private static ByteBuffer putRetention(ByteBuffer row, Retention retention) {
    return row.putInt(retention.keepVersions()).putLong(retention.keepAge().toMillis());
  }

  private static Retention retention(ByteBuffer row) {
    return sound("retention", () -> new Retention(row.getInt(), Duration.ofMillis(row.getLong())));
  }

  /** The fields of a row, which must have exactly this many bytes. */
  private static ByteBuffer fields(String name, byte[] row, int bytes) {
    if (row.length != bytes) {
      throw damaged(name, null);
    }
    return ByteBuffer.wrap(row);
  }

  private static Revision revision(String name, long value) {
    return sound(name, () -> new Revision(value));
  }

  /** What {@code made} makes of a row, unless it refuses what is in there. */
  private static <T> T sound(String name, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw damaged(name, e);
    }
  }

  private static RuntimeException damaged(String name, @Nullable Throwable cause) {
    return StoreErrors.corrupted("the metadata row " + name + " cannot be read.", cause);
  }

  private static byte[] numbered(byte[] prefix, long number) {
    return ByteBuffer.allocate(prefix.length + Long.BYTES).put(prefix).putLong(number).array();
  }

  private static long numberAfter(byte[] prefix, byte[] key) {
    String name = new String(prefix, StandardCharsets.US_ASCII);
    return fields(name, key, prefix.length + Long.BYTES).getLong(prefix.length);
  }

  /** Whether {@code rows} stand at a row whose name begins like this. */
  static boolean hasPrefix(StorageIterator rows, byte[] prefix) {
    return rows.valid() && Arrays.mismatch(rows.key(), prefix) == prefix.length;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
