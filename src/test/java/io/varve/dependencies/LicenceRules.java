package io.varve.dependencies;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Under which licences a library may be shipped, and which one is taken where it offers several.
 */
final class LicenceRules {
  /*
   * A service that others run must not oblige them to more than naming whom the code is from. EPL-2.0 is here
   * because it asks for the source of its own files only, which we ship as they come. The GPL in any form is
   * not; the LGPL neither, although logback offers it, since nobody needs it while there is a choice.
   */
  private static final Set<String> ALLOWED =
      Set.of(
          "Apache-2.0",
          "MIT",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "EPL-2.0",
          "CC0-1.0",
          // A statement of the authors, not a licence. Of aopalliance: interfaces of 2004.
          "Public Domain");

  /**
   * The licence that is taken of those offered. A list in Maven may mean "one of these" or "each
   * for a part"; that these are the former was read in the libraries' own files.
   */
  private static final Map<String, String> TAKEN =
      Map.of(
          "ch.qos.logback:logback-classic", "EPL-2.0",
          "ch.qos.logback:logback-core", "EPL-2.0",
          "jakarta.annotation:jakarta.annotation-api", "EPL-2.0",
          "org.hdrhistogram:HdrHistogram", "BSD-2-Clause",
          "org.rocksdb:rocksdbjni", "Apache-2.0");

  private LicenceRules() {}

  /**
   * The licence under which a library is shipped.
   *
   * @throws IllegalArgumentException if there is none; the message says what to do
   */
  static String taken(Library library) {
    List<String> offered = library.licences();
    String name = library.coordinates() + ' ' + library.version();
    if (offered.isEmpty() || offered.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          name + " names no licence. Find out what it is; if nobody can tell, do without it.");
    }
    String taken = offered.size() == 1 ? offered.getFirst() : TAKEN.get(library.coordinates());
    if (taken == null || !offered.contains(taken)) {
      throw new IllegalArgumentException(
          name
              + " names several licences: "
              + offered
              + ". If they are a choice, and not each for a part, add the one to take to"
              + " LicenceRules.TAKEN; otherwise do without it.");
    }
    if (!ALLOWED.contains(taken)) {
      throw new IllegalArgumentException(
          name
              + " is under "
              + taken
              + ", which is none of "
              + new TreeSet<>(ALLOWED)
              + ". Do without it, or add the licence to LicenceRules.ALLOWED with the reason why"
              + " it may be shipped.");
    }
    return taken;
  }

  /** The libraries for which a choice is written down. */
  static Set<String> withChoice() {
    return TAKEN.keySet();
  }
}
