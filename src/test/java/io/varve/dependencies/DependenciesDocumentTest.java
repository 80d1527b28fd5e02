package io.varve.dependencies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table in {@code docs/dependencies.md} is what the list of materials says that is shipped, and
 * each of it may be. With {@code -Dvarve.documents.write=true} the table is written again.
 */
final class DependenciesDocumentTest {
  private static final Path DOCUMENT = Path.of("docs", "dependencies.md");
  private static final Path SBOM = Path.of("target", "classes").resolve(Sbom.PATH);
  private static final String BEGIN = "<!-- libraries -->\n";
  private static final String END = "<!-- end of libraries -->\n";
  private static final String HEAD = "| Library | Version | Licence |\n|---|---|---|\n";

  private static Sbom built() throws IOException {
    return Sbom.require(Files.exists(SBOM) ? Files.readAllBytes(SBOM) : null);
  }

  @Test
  void document_listsWhatIsShipped() throws IOException {
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf(BEGIN) + BEGIN.length();
    int end = document.indexOf(END);
    assertThat(begin).isGreaterThan(BEGIN.length());
    assertThat(end).isGreaterThanOrEqualTo(begin);
    String expected =
        document.substring(0, begin) + table(built().shipped()) + document.substring(end);
    if (Boolean.getBoolean("varve.documents.write")) {
      Files.writeString(DOCUMENT, expected);
      return;
    }
    assertThat(document)
        .as(
            "what is shipped has changed: look at it, then write %s by"
                + " -Dvarve.documents.write=true",
            DOCUMENT)
        .isEqualTo(expected);
  }

  @Test
  void everyLibrary_mayBeShipped() throws IOException {
    assertThat(built().shipped())
        .hasSizeGreaterThan(50)
        .allSatisfy(
            library ->
                assertThatCode(() -> LicenceRules.taken(library)).doesNotThrowAnyException());
  }

  /** A choice that nothing needs any more would be taken for one that somebody has thought of. */
  @Test
  void everyChoice_isNeeded() throws IOException {
    assertThat(built().shipped())
        .filteredOn(library -> library.licences().size() > 1)
        .extracting(Library::coordinates)
        .containsExactlyInAnyOrderElementsOf(LicenceRules.withChoice());
  }

  @ParameterizedTest
  @CsvSource({
    "a:b,                    '',                            names no licence",
    "a:b,                    GPL-3.0-only,                  LicenceRules.ALLOWED",
    "a:b,                    LGPL-2.1-only,                 LicenceRules.ALLOWED",
    "a:b,                    Apache-2.0;MIT,                LicenceRules.TAKEN",
    "a:b,                    Apache-2.0 AND GPL-2.0-only,   LicenceRules.ALLOWED",
    "org.rocksdb:rocksdbjni, MIT;GPL-2.0-only,              LicenceRules.TAKEN"
  })
  void licence_thatIsNotAllowed_isRefused(String name, String licences, String told) {
    List<String> offered = licences.isEmpty() ? List.of() : List.of(licences.split(";", -1));
    String[] coordinates = name.split(":", -1);
    Library library = new Library(coordinates[0], coordinates[1], "1", offered, false);
    assertThatThrownBy(() -> LicenceRules.taken(library))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(name, told);
  }

  @Test
  void sbom_isRead() {
    String json =
        """
        {"components": [
          {"group": "g", "name": "b", "version": "2", "licenses": [{"expression": "A OR B"}]},
          {"group": "g", "name": "a", "version": "1", "scope": "required",
           "licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "Own licence"}}]},
          {"group": "g", "name": "c", "version": "3", "scope": "optional"},
          {"group": "org.springframework.boot", "name": "spring-boot-starter-web", "version": "4"}
        ]}
        """;
    Library a = new Library("g", "a", "1", List.of("MIT", "Own licence"), false);
    Library b = new Library("g", "b", "2", List.of("A OR B"), false);
    Sbom sbom = Sbom.parse(json.getBytes(StandardCharsets.UTF_8));
    assertThat(sbom.libraries()).hasSize(4);
    assertThat(sbom.shipped()).containsExactly(a, b);
  }

  private static String table(List<Library> libraries) {
    return HEAD
        + libraries.stream().map(DependenciesDocumentTest::row).collect(Collectors.joining());
  }

  private static String row(Library library) {
    String taken = LicenceRules.taken(library);
    String others =
        library.licences().stream()
            .filter(licence -> !licence.equals(taken))
            .collect(Collectors.joining(", "));
    return "| `"
        + library.coordinates()
        + "` | "
        + library.version()
        + " | "
        + taken
        + (others.isEmpty() ? "" : " (taken of several; also offered: " + others + ")")
        + " |\n";
  }
}
