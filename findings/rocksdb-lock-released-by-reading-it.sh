#!/usr/bin/env bash
# Reading db/LOCK inside the JVM unlocks the RocksDB store that is open in the same JVM.
#
# One would guess: RocksDB's LOCK file is held from open to close, so that a second process is refused for as long as the
# first one has the store open. What the first process does with its own files meanwhile (a copy, a checksum, a backup that
# walks the directory) cannot change that.
#
# What happens: RocksDB locks the file with fcntl(F_SETLK). A POSIX record lock belongs to the process and goes when ANY
# descriptor of that file is closed by it. RocksDB's own table of locked files guards only against itself; Java's
# Files.readAllBytes, a FileChannel.tryLock that fails, or a backup loop open and close a descriptor of their own. After it
# the store stays open and writable, nothing is logged, and another process opens it for writing too: two writers.
#
# What follows: never open LOCK while a store is open in the process; skip it when copying or hashing a directory, and guard
# against a second opening in one process by a table in the heap that is asked before the file is touched.
#
# Tried with org.rocksdb:rocksdbjni 11.8.1, Java 17 and 25, Linux (ext4), 2026-11-30.
# Source: fcntl(2), "Record locks are automatically released ... if the process closes any file descriptor".
set -euo pipefail

version=11.8.1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mvn -q -B dependency:copy -Dartifact="org.rocksdb:rocksdbjni:$version" -DoutputDirectory=.
cat >Unlocked.java <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

final class Unlocked {
  public static void main(String[] args) throws Exception {
    RocksDB.loadLibrary();
    Path db = Path.of(args[0]);
    if (args.length > 1) {
      System.exit(opens(db) ? 10 : 20); // the second process
    }
    try (var options = new Options().setCreateIfMissing(true);
        var _first = RocksDB.open(options, db.toString())) {
      System.out.println("second process before the read: " + second(db));
      Files.readAllBytes(db.resolve("LOCK"));
      System.out.println("second process after the read: " + second(db));
      _first.put("k".getBytes(), "v".getBytes()); // and the first one still writes
      System.out.println("first process: still open, still writes");
    }
  }

  private static boolean opens(Path db) {
    try (var options = new Options(); var second = RocksDB.open(options, db.toString())) {
      return second.isOwningHandle();
    } catch (RocksDBException e) {
      return false;
    }
  }

  private static String second(Path db) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java, "-cp", System.getProperty("java.class.path"), "Unlocked", db.toString(), "2")
            .inheritIO()
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the second process did not end");
    }
    return switch (process.exitValue()) {
      case 10 -> "opened";
      case 20 -> "refused";
      default -> "failed";
    };
  }
}
JAVA
javac -cp "rocksdbjni-$version.jar" -d . Unlocked.java
java -cp "rocksdbjni-$version.jar:." Unlocked "$work/db" 2>/dev/null | tee seen

echo "rocksdbjni $version"
diff - seen <<'EXPECTED'
second process before the read: refused
second process after the read: opened
first process: still open, still writes
EXPECTED
echo "As described."
