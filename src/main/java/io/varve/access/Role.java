package io.varve.access;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A set of actions under a name. No role holds another, but that a writer reads. */
public enum Role {
  /** Reads keys. */
  READER,
  /** Reads and writes keys. */
  WRITER,
  /** Runs the service. Does not see what is stored, unless it is a reader too. */
  ADMIN,
  /** Looks at how the service does. */
  METRICS;

  /** The role of this name, in small letters as {@link #text} gives it, or null. */
  public static @Nullable Role of(String name) {
    for (Role role : values()) {
      if (role.text().equals(name)) {
        return role;
      }
    }
    return null;
  }

  /** Its name in settings and claims. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is about keys, so that a grant of it can be limited to some of them. */
  public boolean isOfKeys() {
    return this == READER || this == WRITER;
  }

  boolean includes(Action action) {
    return switch (this) {
      case READER -> action == Action.READ;
      case WRITER -> action == Action.READ || action == Action.WRITE;
      case ADMIN -> action == Action.ADMINISTER || action == Action.OBSERVE;
      case METRICS -> action == Action.OBSERVE;
    };
  }
}
