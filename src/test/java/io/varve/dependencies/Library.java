package io.varve.dependencies;

import java.util.List;

/**
 * A library that the list of materials names.
 *
 * @param group the group of its Maven coordinates
 * @param name the artifact of its Maven coordinates
 * @param version the version
 * @param licences its licences, by SPDX identifier where it has one
 * @param optional whether it is for the compiler only, and not shipped
 */
record Library(String group, String name, String version, List<String> licences, boolean optional) {
  /** Spring Boot's starters are empty jars, only there to name others. */
  private static final String STARTER = "spring-boot-starter";

  Library {
    licences = List.copyOf(licences);
  }

  /** Whether the jar of the service holds it. */
  boolean isShipped() {
    boolean isStarter =
        group.equals("org.springframework.boot")
            && (name.equals(STARTER) || name.startsWith(STARTER + "-"));
    return !optional && !isStarter;
  }

  String coordinates() {
    return group + ':' + name;
  }

  String fileName() {
    return name + '-' + version + ".jar";
  }
}
