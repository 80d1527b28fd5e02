package io.varve.model;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The directory {@code varve-<user>} among the temporary files: for files that may be lost but are
 * not made anew by every process, which a kill would leave behind each time.
 */
public final class OwnDirectory {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private OwnDirectory() {}

  /** Whether files have owners here, without which there is no such directory. */
  public static boolean isSupported() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  /** Where it is, made or not. */
  public static Path path() {
    String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
    return Path.of(System.getProperty("java.io.tmpdir"), "varve-" + user).toAbsolutePath();
  }

  /**
   * Makes a directory where it is missing. Throws where it is not one, or other users can write
   * there: among temporary files any user may have made it first.
   */
  public static void make(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException _) {
      // What it is will be seen.
    }
    PosixFileAttributes found = attributes(directory);
    if (!found.isDirectory() || !found.permissions().equals(OWNER_ONLY)) {
      throw new IOException("It is not a directory with the permissions rwx------.");
    }
    Path mine = Files.createTempFile(directory, "owner", null);
    try {
      // Looked at after the file was made: a directory of ours cannot be exchanged by others.
      if (!attributes(directory).owner().equals(attributes(mine).owner())) {
        throw new IOException("It belongs to another user.");
      }
    } finally {
      Files.delete(mine);
    }
  }

  private static PosixFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
