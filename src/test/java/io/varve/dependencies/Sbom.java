package io.varve.dependencies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A software bill of materials in the form of CycloneDX, as the build makes it.
 *
 * @param libraries all that it names, in order of their coordinates
 */
record Sbom(List<Library> libraries) {
  /** Where it is, in the classes as in the jar. */
  static final String PATH = "META-INF/sbom/application.cdx.json";

  Sbom {
    libraries = List.copyOf(libraries);
  }

  /**
   * Reads one. Maven makes none when it is offline: then the test is skipped, but never in CI.
   *
   * @param json null where there is none
   */
  static Sbom require(byte @Nullable [] json) {
    String absence = "There is no " + PATH + ": build without -o, which leaves it out.";
    if ("true".equals(System.getenv("CI"))) {
      assertThat(json).as(absence).isNotNull();
    }
    assumeThat(json).as(absence).isNotNull();
    return parse(json == null ? new byte[0] : json);
  }

  static Sbom parse(byte[] json) {
    JsonNode root = JsonMapper.builder().build().readTree(json);
    return new Sbom(
        root.path("components")
            .valueStream()
            .map(Sbom::library)
            .sorted(Comparator.comparing(Library::coordinates).thenComparing(Library::version))
            .toList());
  }

  private static Library library(JsonNode component) {
    return new Library(
        component.path("group").asString(""),
        component.path("name").asString(""),
        component.path("version").asString(""),
        component.path("licenses").valueStream().map(Sbom::licence).toList(),
        component.path("scope").asString("required").equals("optional"));
  }

  /** An SPDX identifier, an SPDX expression, or a name that SPDX does not know. */
  private static String licence(JsonNode choice) {
    if (choice.has("expression")) {
      return choice.get("expression").asString();
    }
    JsonNode licence = choice.path("license");
    return licence.path("id").asString(licence.path("name").asString(""));
  }

  /** What the jar of the service holds. */
  List<Library> shipped() {
    return libraries.stream().filter(Library::isShipped).toList();
  }
}
