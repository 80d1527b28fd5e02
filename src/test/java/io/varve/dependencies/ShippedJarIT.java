package io.varve.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootVersion;

/** The jar that is shipped holds the libraries that its list of materials names, and no others. */
final class ShippedJarIT {
  private static final String LIBRARIES = "BOOT-INF/lib/";

  /**
   * Spring Boot's Maven plugin adds it after the list was made: it unpacks the jar for the image.
   */
  private static final String ADDED =
      "spring-boot-jarmode-tools-" + SpringBootVersion.getVersion() + ".jar";

  private static List<String> held = List.of();
  private static byte @Nullable [] list;

  @BeforeAll
  static void readJar() throws IOException {
    try (var jar = new JarFile(jar().toFile())) {
      held =
          jar.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.startsWith(LIBRARIES) && name.endsWith(".jar"))
              .map(name -> name.substring(LIBRARIES.length()))
              .toList();
      var entry = jar.getJarEntry(Sbom.PATH);
      if (entry != null) {
        try (InputStream in = jar.getInputStream(entry)) {
          list = in.readAllBytes();
        }
      }
    }
  }

  private static Path jar() throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of("target"), "varve-*.jar")) {
      jars.forEach(found::add);
    }
    assertThat(found)
        .filteredOn(jar -> !jar.toString().endsWith("-client.jar"))
        .as("the jar that the build has made, and none of an older version: ./mvnw clean verify")
        .hasSize(1);
    found.removeIf(jar -> jar.toString().endsWith("-client.jar"));
    return found.getFirst();
  }

  @Test
  void jar_holdsWhatItsListNames() {
    List<String> expected = new ArrayList<>(List.of(ADDED));
    Sbom.require(list).shipped().forEach(library -> expected.add(library.fileName()));
    assertThat(held).containsExactlyInAnyOrderElementsOf(expected);
  }
}
