package io.varve.config;

/** Settings under which the service would be open to those that it should not be, or to nobody. */
final class AccessException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String action;

  AccessException(String description, String action) {
    super(description);
    this.action = action;
  }

  /** What to do about it. */
  String action() {
    return action;
  }
}
