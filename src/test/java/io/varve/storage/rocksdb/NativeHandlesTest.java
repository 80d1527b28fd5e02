package io.varve.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.WriteOptions;

/** Tests for {@link NativeHandles} and {@link RocksDbHandles}. */
@ExtendWith(NoLeaks.class)
final class NativeHandlesTest {
  @TempDir Path directory;

  static {
    RocksDbLibrary.load();
  }

  @Test
  void open_countsWhatIsTracked() {
    long before = NativeHandles.open();

    ReadOptions handle = NativeHandles.track(new ReadOptions());
    assertThat(NativeHandles.open()).isEqualTo(before + 1);
    NativeHandles.close(handle);

    assertThat(NativeHandles.open()).isEqualTo(before);
    assertThat(handle.isOwningHandle()).isFalse();
  }

  @Test
  void stacks_showWhereAHandleWasOpened() {
    ReadOptions handle = NativeHandles.track(new ReadOptions());
    try {
      assertThat(NativeHandles.stacks())
          .anySatisfy(
              opened -> {
                assertThat(opened).hasMessageStartingWith("ReadOptions was opened here");
                isOfThisTest(opened);
              });
    } finally {
      NativeHandles.close(handle);
    }
    assertThat(NativeHandles.stacks()).noneSatisfy(NativeHandlesTest::isOfThisTest);
  }

  private static void isOfThisTest(NativeHandles.Opened opened) {
    assertThat(opened.getStackTrace())
        .extracting(StackTraceElement::getMethodName)
        .contains("stacks_showWhereAHandleWasOpened");
  }

  @Test
  void handles_closeEverything() throws RocksDBException {
    var handles = new RocksDbHandles();
    Options options = handles.own(new Options().setCreateIfMissing(true));
    RocksDB db = handles.own(RocksDB.open(options, directory.toString()));
    WriteOptions write = handles.own(new WriteOptions());

    handles.close();
    handles.close();

    assertThat(new RocksObject[] {options, db, write})
        .noneSatisfy(handle -> assertThat(handle.isOwningHandle()).isTrue());
  }

  @Test
  void handles_closeTheNewestFirst() throws RocksDBException {
    List<String> closed = new ArrayList<>();
    var handles = new RocksDbHandles();
    for (String name : List.of("options", "database", "family")) {
      handles.own(new Named(name, closed));
    }

    handles.close();

    assertThat(closed).containsExactly("family", "database", "options");
  }

  /** Notes that it was closed. */
  private static final class Named extends AbstractNativeReference {
    private final String name;
    private final List<String> closed;

    Named(String name, List<String> closed) {
      this.name = name;
      this.closed = closed;
    }

    @Override
    protected boolean isOwningHandle() {
      return true;
    }

    @Override
    public void close() {
      closed.add(name);
    }
  }

  @Test
  void handles_closeTheRestWhereOneFails() throws RocksDBException {
    var handles = new RocksDbHandles();
    Options options = handles.own(new Options().setCreateIfMissing(true));
    RocksDB db = handles.own(RocksDB.open(options, directory.toString()));
    assertThat(db.getSnapshot()).isNotNull(); // a database with a snapshot refuses to close

    assertThatExceptionOfType(RocksDBException.class).isThrownBy(handles::close);

    assertThat(options.isOwningHandle()).isFalse();
    assertThat(db.isOwningHandle()).isFalse();
  }
}
