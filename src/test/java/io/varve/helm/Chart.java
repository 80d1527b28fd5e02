package io.varve.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * The chart, rendered by Helm in this process. No cluster and no network are needed.
 *
 * <p>The library leaves out hooks, which {@code helm test} is made of. So a copy of the chart is
 * rendered in which the annotation has another name, {@link #HOOK}.
 */
final class Chart {
  static final Path DIRECTORY = Path.of("helm", "varve");

  /** The annotation {@code helm.sh/hook}, in what is rendered here. */
  static final String HOOK = "varve.test/hook";

  static final String RELEASE = "rel";
  static final String NAMESPACE = "ns";
  static final String KUBERNETES = "v1.31.0";

  private static final Path COPY = copyWithoutHooks(Path.of("target", "chart-under-test"));
  private static final Map<String, Rendered> RENDERED = new ConcurrentHashMap<>();

  private Chart() {}

  /** The examples for users, and the values for tests. */
  static List<String> valueFiles() {
    try (Stream<Path> ci = Files.list(DIRECTORY.resolve("ci"))) {
      return Stream.concat(
              Stream.of("values-development.yaml", "values-production.yaml"),
              ci.map(file -> "ci/" + file.getFileName()).sorted())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects of a file of values. */
  static Rendered render(String valueFile) {
    return RENDERED.computeIfAbsent(valueFile, file -> render(file, Map.of()));
  }

  /** The objects of a file of values and of what is set over it. */
  static Rendered render(String valueFile, Map<String, ?> set) {
    TemplateCommand command = template().withValuesFile(DIRECTORY.resolve(valueFile));
    set.forEach(command::set);
    return new Rendered(Node.parse(command.call()).stream().map(Manifest::new).toList());
  }

  /** What {@code helm template} does, with nothing set yet. */
  static TemplateCommand template() {
    return new Helm(COPY)
        .template()
        .withName(RELEASE)
        .withNamespace(NAMESPACE)
        .withKubeVersion(KUBERNETES);
  }

  /** What a user sees after an installation. */
  static String notes(String valueFile) {
    InstallCommand command =
        new Helm(DIRECTORY)
            .install()
            .clientOnly()
            .dryRun()
            .withName(RELEASE)
            .withNamespace(NAMESPACE)
            .withKubeVersion(KUBERNETES)
            .withValuesFile(DIRECTORY.resolve(valueFile));
    return command.call().getOutput();
  }

  /** Copies the chart to where nothing is yet. */
  static void copy(Path to) {
    try (Stream<Path> files = Files.walk(DIRECTORY)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(DIRECTORY.relativize(file).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path copyWithoutHooks(Path to) {
    try {
      FileSystemUtils.deleteRecursively(to);
      Files.createDirectories(to.getParent());
      copy(to);
      Path test = to.resolve("templates").resolve("tests").resolve("test-smoke.yaml");
      String template = Files.readString(test);
      String renamed = template.replace("\"helm.sh/hook\"", '"' + HOOK + '"');
      if (renamed.equals(template)) {
        throw new IllegalStateException(test + " is no hook");
      }
      Files.writeString(test, renamed);
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of the chart. */
  static String read(String file) {
    try {
      return Files.readString(DIRECTORY.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
