package io.varve.checkpoint;

import java.nio.file.Path;

/** The last steps of a restore: the store that lies ready takes the place of the old one. */
public final class DataDirectoryRestore {
  /*
   * A restore builds the new store in `restore.tmp`. Renaming that to `restore.ready` decides: until
   * then a crash leaves the old store, from then on the new one. What follows can be done again from
   * wherever it was cut short: the old store steps aside, the new one takes its name, the old one
   * goes. Each rename is synced before the next, so no order of writes of the file system can
   * show a later one without an earlier one.
   */
  static final String DATABASE = "db";
  static final String STAGING = "restore.tmp";
  static final String READY = "restore.ready";
  static final String OLD = "db.old";

  private DataDirectoryRestore() {}

  /**
   * Ends what a restore began, or takes it back, and leaves nothing else behind. Does nothing where
   * there is nothing to do. Only for who has the data directory for itself, with the store closed.
   */
  public static void finish(Path dataDirectory) {
    finish(dataDirectory, Disk.REAL);
  }

  static void finish(Path dataDirectory, Disk disk) {
    Path database = dataDirectory.resolve(DATABASE);
    Path ready = dataDirectory.resolve(READY);
    Path old = dataDirectory.resolve(OLD);
    disk.deleteTree(dataDirectory.resolve(STAGING));
    if (Disk.exists(ready)) {
      if (Disk.exists(database)) {
        disk.deleteTree(old);
        disk.rename(database, old);
        disk.sync(dataDirectory);
      }
      disk.rename(ready, database);
      disk.sync(dataDirectory);
    }
    if (Disk.exists(database)) {
      disk.deleteTree(old);
    }
  }
}
