package io.varve.web;

import java.util.regex.Pattern;

/** Names and addresses that lead to the machine of whoever uses them, and nowhere else. */
final class LoopbackNames {
  /** RFC 6761 keeps localhost, and all below it, for this; RFC 1122 keeps 127.0.0.0/8. */
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(?:(?:[a-z0-9-]+\\.)*localhost"
              + "|127(?:\\.(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}"
              + "|\\[::1])(?::[0-9]{0,5})?",
          Pattern.CASE_INSENSITIVE);

  private LoopbackNames() {}

  /** Whether a Host header, with or without a port, has such a name. */
  static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }
}
